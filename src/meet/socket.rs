//! `/_m/ws`: one connection into a meeting, from the ticket to the end.
//!
//! Invariant: a connection that breaks keeps its chair until it has been silent for long, so that who comes back soon
//! was never away; whoever says `leave` is gone at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header::{HOST, ORIGIN};
use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Session};
use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, channel};

use super::acts::{Me, Trouble};
use super::live::{Line, NoPlace, Out};
use super::meetings::{Meetings, SocketPlace};
use super::wire::{self, Envelope, Said};
use crate::domain::{Admission, Credentials, Door, Error, Meeting, Place, Refusal, Seat};
use crate::ops::entry::RoomAddress;
use crate::ops::{attendance, conversation, entry};
use crate::store::Cause;
use crate::web::Server;
use crate::web::call::network_of;
use crate::web::params::query_of;

/// Largest message.
const MESSAGE_BYTES: usize = 16 * 1024;
/// Messages that one connection may send in a second.
const PER_SECOND: u32 = 10;
/// Messages over that limit after which the connection is cut off.
const PATIENCE: u32 = 50;
/// Messages that may wait for a slow connection.
const OUTBOX: usize = 512;
/// Longest time that one message may take to be sent.
const SEND: Duration = Duration::from_secs(20);
/// Tries for a seat while sessions begin and end.
const TRIES: usize = 8;

/// `GET /_m/ws?ticket=` or `?pass=`
pub async fn connect(
    req: HttpRequest,
    payload: web::Payload,
    server: web::Data<Server>,
    meetings: web::Data<Meetings>,
) -> Result<HttpResponse, actix_web::Error> {
    if !is_own_origin(&req, &server) {
        return Ok(HttpResponse::Forbidden().content_type("text/plain; charset=utf-8").body("This is for pages of this server.\n"));
    }
    let meetings = meetings.into_inner();
    let Some(place) = meetings.socket_place(network_of(&server, &req)) else {
        return Ok(HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body("Too many are connected.\n"));
    };
    let query = query_of(&req).unwrap_or_default();
    let key = |name| query.text(name).ok().flatten().map(str::to_owned);
    let (ticket, pass) = (key("ticket"), key("pass"));
    let (response, session, stream) = actix_ws::handle(&req, payload)?;
    let stream = stream.max_frame_size(MESSAGE_BYTES).aggregate_continuations().max_continuation_size(MESSAGE_BYTES);
    actix_web::rt::spawn(async move {
        let _place: SocketPlace = place;
        Connection::new(meetings, session).run(stream, ticket, pass).await;
    });
    Ok(response)
}

/// Browsers say which page opens a connection; it has to be one of this server.
fn is_own_origin(req: &HttpRequest, server: &Server) -> bool {
    let Some(origin) = req.headers().get(ORIGIN) else { return true };
    let origin = origin.to_str().unwrap_or_default();
    let host = req.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_host = origin.split_once("://").is_some_and(|(_, own)| own.eq_ignore_ascii_case(host));
    is_host || server.bases.of(req).starts_with(origin) && origin.contains("://")
}

/// Where a connection is.
#[derive(Clone, Copy, Debug)]
enum Where {
    Chair(u64, Seat),
    Lobby,
}

/// Why a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Broken, or too slow.
    Lost,
    /// The client said so.
    Left,
    /// We said so.
    Over,
    /// It does what no client of ours does.
    Abuse(CloseCode),
}

struct Connection {
    meetings: Arc<Meetings>,
    session: Session,
    /// The number of the line that rooms have to this connection. Only they hold it: when it is cut, the outbox ends.
    line: u64,
    flow: Flow,
}

/// Counts messages in windows of a second of real time: this is about load, not about the world's clock.
struct Flow {
    since: Instant,
    count: u32,
    refused: u32,
}

impl Flow {
    fn take(&mut self) -> bool {
        if self.since.elapsed() >= Duration::from_secs(1) {
            (self.since, self.count) = (Instant::now(), 0);
        }
        self.count += 1;
        let is_fine = self.count <= PER_SECOND;
        self.refused = if is_fine { self.refused } else { self.refused + 1 };
        is_fine
    }
}

impl Connection {
    fn new(meetings: Arc<Meetings>, session: Session) -> Self {
        let flow = Flow { since: Instant::now(), count: 0, refused: 0 };
        Self { meetings, session, line: 0, flow }
    }

    async fn run(mut self, mut stream: AggregatedMessageStream, ticket: Option<String>, pass: Option<String>) {
        let Some(guest) = self.guest(ticket.as_deref(), pass) else { return self.deny("ticket").await };
        let (mut place, mut outbox) = match self.arrive(&guest, true).await {
            Ok(arrived) => arrived,
            Err(code) => return self.deny(code).await,
        };
        let ending = loop {
            let step = tokio::select! {
                out = outbox.recv() => match out {
                    Some(Out::Started) => match self.arrive(&guest, false).await {
                        Ok(arrived) => {
                            (place, outbox) = arrived;
                            None
                        }
                        Err(code) => return self.deny(code).await,
                    },
                    out => self.deliver(out).await,
                },
                message = stream.recv() => self.receive(&guest, place, message).await,
            };
            if let Some(ending) = step {
                break ending;
            }
        };
        self.depart(&guest, place, ending).await;
    }

    async fn depart(self, guest: &Guest, place: Where, ending: Ending) {
        let meeting = guest.admission.meeting;
        match (ending, place) {
            (Ending::Left, Where::Chair(chair, _)) => {
                if let Err(cause) = self.meetings.give_up(meeting, chair, "leave").await {
                    tracing::warn!(?cause, "a departure could not be noted");
                }
            }
            (_, Where::Chair(chair, _)) => self.meetings.live().hang_up(meeting, chair, self.line),
            (_, Where::Lobby) => self.meetings.live().hang_up(meeting, self.line, self.line),
        }
        let code = if let Ending::Abuse(code) = ending { code } else { CloseCode::Normal };
        let _ = tokio::time::timeout(SEND, self.session.close(Some(CloseReason { code, description: None }))).await;
    }

    /// Who holds this ticket or pass.
    fn guest(&self, ticket: Option<&str>, pass: Option<String>) -> Option<Guest> {
        let now = self.meetings.now();
        let mut live = self.meetings.live();
        let (admission, pass, chair) = match (ticket, pass) {
            (Some(ticket), _) => {
                let admission = live.redeem(ticket, now)?;
                let pass = self.meetings.world.entropy().text(40);
                live.open_pass(pass.clone(), admission.clone(), now);
                (admission, pass, None)
            }
            (None, Some(pass)) => {
                let known = live.find_pass(&pass, now)?;
                (known.admission, pass, known.chair)
            }
            (None, None) => return None,
        };
        drop(live);
        let address = RoomAddress::Id(admission.meeting);
        let step = self.meetings.world.read(|tx| entry::look(tx, &address, &Credentials::default()));
        let meeting = step.ok().flatten()?.meeting;
        Some(Guest { admission, pass, chair, meeting })
    }

    /// Takes a chair, or a place in the lobby, and says so. The error is why not.
    async fn arrive(&mut self, guest: &Guest, may_take_over: bool) -> Result<(Where, Receiver<Out>), &'static str> {
        let (sender, outbox) = channel(OUTBOX);
        self.line = self.meetings.live().number();
        let line = Line { number: self.line, outbox: sender };
        let place = self.find_place(guest, line, may_take_over).await?;
        let is_sent = match place {
            Where::Chair(_, seat) => match self.welcome(guest, seat) {
                Ok(welcome) => self.send(&welcome).await,
                Err(cause) => {
                    tracing::warn!(?cause, "somebody could not be welcomed");
                    return Err("busy");
                }
            },
            Where::Lobby => self.send(&guest.lobby()).await,
        };
        if let Where::Chair(_, seat) = place {
            self.meetings.tell_joined(guest.admission.meeting, guest.meeting.kind, seat.attendee);
        }
        if is_sent { Ok((place, outbox)) } else { Err("lost") }
    }

    async fn find_place(&self, guest: &Guest, line: Line, may_take_over: bool) -> Result<Where, &'static str> {
        let meetings = &self.meetings;
        let (admission, kind) = (&guest.admission, guest.meeting.kind);
        if let (Some((chair, seat)), true) = (guest.chair, may_take_over)
            && meetings.live().take_over(admission.meeting, chair, line.clone(), meetings.now())
        {
            return Ok(Where::Chair(chair, seat));
        }
        for _ in 0..TRIES {
            if !meetings.live().may_sit(admission, &guest.pass) {
                return Err(Refusal::Kicked.word());
            }
            let (mine, most) = (admission.clone(), i64::from(meetings.most));
            let joined = meetings.world.write(Cause::job("meeting-join"), move |tx| attendance::join(tx, &mine, most)).await;
            let found = match joined {
                Err(Error::Internal(cause)) => {
                    tracing::error!(cause, "somebody could not be seated");
                    return Err("failed");
                }
                Err(_) => return Err("busy"),
                Ok(Door::Shut(refusal)) => return Err(refusal.word()),
                Ok(Door::Open(Place::Lobby)) => {
                    let waiting = meetings.live().wait(&guest.meeting, &guest.pass, line.clone(), meetings.now(), meetings.most as usize);
                    waiting.map(|()| Where::Lobby)
                }
                Ok(Door::Open(Place::Seat(seat))) => {
                    let chair = meetings.live().sit(kind, seat, &guest.pass, admission, line.clone(), meetings.now());
                    chair.map(|chair| Where::Chair(chair, seat))
                }
            };
            match found {
                Ok(place) => return Ok(place),
                Err(NoPlace::Full) => return Err(Refusal::Full.word()),
                Err(NoPlace::PutOut) => return Err(Refusal::Kicked.word()),
                Err(NoPlace::Over) => {}
            }
        }
        Err("busy")
    }

    fn welcome(&self, guest: &Guest, seat: Seat) -> Result<Value, Error> {
        // Seated first: what happens from now on waits in the outbox, so nothing falls between history and news.
        let so_far = self.meetings.world.read(|tx| conversation::catch_up(tx, seat.session, seat.attendee))?;
        let live = self.meetings.live();
        let people = live.people(guest.admission.meeting);
        let role = live.person(guest.admission.meeting, seat.attendee).map_or(guest.admission.role, |person| person.role);
        let lines: Vec<Value> = so_far.lines.iter().map(|(number, line)| wire::line(*number, line)).collect();
        let polls: Vec<Value> = so_far.polls.iter().filter_map(|poll| wire::poll(poll, role)).collect();
        Ok(json!({
            "t": "welcome", "v": 1, "id": seat.attendee.get(), "name": guest.admission.nickname, "role": role.word(),
            "permissions": wire::permissions(role), "settings": wire::settings(&guest.meeting),
            "roster": wire::roster(guest.meeting.kind, role, &people), "chat": lines, "polls": polls, "answers": so_far.answers,
            "pass": guest.pass, "line": self.line, "rating": self.meetings.keys.attendee_pass(seat.session, seat.attendee),
        }))
    }

    async fn deliver(&mut self, out: Option<Out>) -> Option<Ending> {
        let is_sent = match out {
            None | Some(Out::Started) => false,
            Some(Out::Text(text)) => self.send_text(text.to_string()).await,
            Some(Out::Ping) => matches!(tokio::time::timeout(SEND, self.session.ping(b"")).await, Ok(Ok(()))),
            Some(Out::End(text)) => {
                self.send_text(text.to_string()).await;
                return Some(Ending::Over);
            }
        };
        if is_sent { None } else { Some(Ending::Lost) }
    }

    async fn receive(
        &mut self,
        guest: &Guest,
        place: Where,
        message: Option<Result<AggregatedMessage, actix_ws::ProtocolError>>,
    ) -> Option<Ending> {
        // That a line broke is no sign of life, whenever it is noticed.
        if !matches!(message, None | Some(Err(_) | Ok(AggregatedMessage::Close(_)))) {
            let number = if let Where::Chair(chair, _) = place { chair } else { self.line };
            self.meetings.live().hear(guest.admission.meeting, number, self.meetings.now());
        }
        match message {
            None | Some(Ok(AggregatedMessage::Close(_))) => Some(Ending::Lost),
            Some(Err(actix_ws::ProtocolError::Overflow)) => Some(Ending::Abuse(CloseCode::Size)),
            Some(Err(_)) => Some(Ending::Abuse(CloseCode::Protocol)),
            Some(Ok(AggregatedMessage::Binary(_))) => Some(Ending::Abuse(CloseCode::Unsupported)),
            Some(Ok(AggregatedMessage::Pong(_))) => None,
            Some(Ok(AggregatedMessage::Ping(bytes))) => self.session.pong(&bytes).await.is_err().then_some(Ending::Lost),
            Some(Ok(AggregatedMessage::Text(text))) => self.answer(guest, place, &text).await,
        }
    }

    async fn answer(&mut self, guest: &Guest, place: Where, text: &str) -> Option<Ending> {
        if !self.flow.take() {
            if self.flow.refused > PATIENCE {
                return Some(Ending::Abuse(CloseCode::Policy));
            }
            return self.reply(None, "too_fast").await;
        }
        let Ok(envelope) = serde_json::from_str::<Envelope>(text) else { return self.reply(None, "malformed").await };
        let id = envelope.id;
        match (envelope.said, place) {
            (Said::Leave, _) => Some(Ending::Left),
            (Said::Ping, _) => (!self.send(&json!({"t": "pong", "re": id})).await).then_some(Ending::Lost),
            (Said::Unknown, _) => None,
            (_, Where::Lobby) => self.reply(id, "waiting").await,
            (said, Where::Chair(chair, seat)) => {
                let me = Me { meeting: guest.admission.meeting, kind: guest.meeting.kind, chair, seat };
                match self.meetings.act(&me, said).await {
                    Ok(more) => (!self.send(&json!({"t": "ok", "re": id, "data": more})).await).then_some(Ending::Lost),
                    Err(trouble) => {
                        if let Trouble::Failed(Error::Internal(cause)) = &trouble {
                            tracing::error!(cause, "a message in a meeting failed");
                        }
                        self.reply(id, trouble.word()).await
                    }
                }
            }
        }
    }

    async fn reply(&mut self, id: Option<u64>, code: &str) -> Option<Ending> {
        (!self.send(&json!({"t": "error", "re": id, "code": code})).await).then_some(Ending::Lost)
    }

    async fn deny(mut self, code: &str) {
        self.send(&json!({"t": "denied", "code": code})).await;
        let _ = tokio::time::timeout(SEND, self.session.close(Some(CloseReason { code: CloseCode::Policy, description: None }))).await;
    }

    async fn send(&mut self, value: &Value) -> bool {
        self.send_text(value.to_string()).await
    }

    async fn send_text(&mut self, text: String) -> bool {
        matches!(tokio::time::timeout(SEND, self.session.text(text)).await, Ok(Ok(())))
    }
}

/// Who is at the other end.
struct Guest {
    admission: Admission,
    pass: String,
    /// The chair that was theirs before the connection broke.
    chair: Option<(u64, Seat)>,
    meeting: Meeting,
}

impl Guest {
    fn lobby(&self) -> Value {
        let starts = self.meeting.schedule.map(|schedule| schedule.starts.ms());
        json!({"t": "lobby", "name": self.admission.nickname, "text": self.meeting.lobby_text, "starts_at": starts, "pass": self.pass})
    }
}
