//! What the room's page asks of the server besides its WebSocket: to be let in, to register, to be gone, to rate.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::meetings::{Meetings, Tries};
use super::pages;
use super::visitor::{Browser, credentials, language, visitor};
use crate::domain::link::registration_url;
use crate::domain::{
    Credentials, Door, Email, Error, Language, LimitKind, MeetingId, NewRegistration, PersonName, Rating, Refusal, Visitor,
};
use crate::ops::entry::Lock;
use crate::ops::{conversation, entry};
use crate::store::{Cause, Tx, Way};
use crate::web::call::{address_of, network_of};
use crate::web::front::request_id;
use crate::web::params::{Params, form_of};
use crate::web::{Server, passwords};

/// Random characters of a ticket: 160 bits.
const TICKET_CHARS: usize = 32;
/// Longest answer in a registration form.
const ANSWER_CHARS: usize = 255;
/// Numbers of the form's further fields. GUESS: the first that a client was seen to use, and the one after it.
const COMPANY: u32 = 10;
const PHONE: u32 = 11;

/// `POST /_m/<room>/enter`: a ticket for the WebSocket.
pub async fn enter(req: HttpRequest, payload: web::Payload, server: web::Data<Server>, meetings: web::Data<Meetings>) -> HttpResponse {
    let browser = Browser::of(&req, &server);
    let outcome = async {
        let Knock { meeting, who, shown, tries, .. } = read(&req, payload, &server, &meetings, &browser).await?;
        let most = i64::from(meetings.most);
        // Who shows nothing guesses nothing.
        let is_guess = shown.password.is_some() || shown.token.is_some() || shown.link.is_some() || shown.registration.is_some();
        let work = move |tx: &Tx<'_>| entry::enter(tx, meeting, &who, &shown, most);
        let admission = knock((&req, &server), &meetings, tries, is_guess, work).await?;
        Ok(match admission {
            Door::Shut(refusal) => refused(refusal),
            Door::Open(admission) => {
                let (ticket, now) = (meetings.world.entropy().text(TICKET_CHARS), meetings.now());
                let is_kept = meetings.live().issue(ticket.clone(), admission, now.plus_ms(entry::TICKET_MS), now);
                if is_kept { answer(StatusCode::OK, &json!({"ticket": ticket})) } else { refused(Refusal::Full) }
            }
        })
    };
    let outcome = outcome.await;
    finish(&req, browser, outcome)
}

/// `POST /_m/<room>/register`: the personal link.
pub async fn register(req: HttpRequest, payload: web::Payload, server: web::Data<Server>, meetings: web::Data<Meetings>) -> HttpResponse {
    let browser = Browser::of(&req, &server);
    let outcome = async {
        let Knock { meeting, who, shown, tries, params } = read(&req, payload, &server, &meetings, &browser).await?;
        let form = registration(&params, Language::of_mail(language(&req, params.text("lang")?)));
        let work = move |tx: &Tx<'_>| entry::register(tx, meeting, &who, &shown, form);
        let made = knock((&req, &server), &meetings, tries, true, work).await?;
        Ok(match made {
            Door::Shut(refusal) => refused(refusal),
            Door::Open((pin, made)) => {
                let url = registration_url(&server.bases.of(&req), pin, &made.hash);
                answer(StatusCode::OK, &json!({"r": made.hash, "url": url}))
            }
        })
    };
    let outcome = outcome.await;
    finish(&req, browser, outcome)
}

/// `POST /_m/<room>/leave`: the page is gone, said by a beacon.
pub async fn leave(req: HttpRequest, payload: web::Payload, meetings: web::Data<Meetings>) -> HttpResponse {
    let outcome = async {
        let params = form_of(&req, payload).await?;
        let line = params.natural("line")?.unwrap_or_default().unsigned_abs();
        let chair = meetings.live().chair_of(params.required("pass")?, line);
        if let Some((meeting, chair)) = chair {
            meetings.give_up(meeting, chair, "leave").await?;
        }
        Ok(answer(StatusCode::OK, &json!({})))
    };
    outcome.await.unwrap_or_else(|error| failed(&req, &error))
}

/// `POST /_m/<room>/rating`: what an attendee thought of it, from a form or a beacon.
pub async fn rate(req: HttpRequest, payload: web::Payload, server: web::Data<Server>, meetings: web::Data<Meetings>) -> HttpResponse {
    let outcome = async {
        let meeting = room(&req)?;
        let params = form_of(&req, payload).await?;
        let pass = params.required("pass")?;
        let (session, attendee) = meetings.keys.read_attendee_pass(pass).ok_or(Error::Forbidden)?;
        let rating = Rating::parse(params.natural("rating")?.unwrap_or_default(), params.text("comment")?.unwrap_or_default())?;
        meetings.world.write(Cause::job("meeting-rating"), move |tx| conversation::rate(tx, session, attendee, &rating)).await?;
        pages::thanks(&req, &server, meeting, session, params.text("lang")?)
    };
    outcome.await.unwrap_or_else(|error| failed(&req, &error))
}

/// `GET /_m/check`: something to measure the way to this server with.
pub async fn check(meetings: web::Data<Meetings>) -> HttpResponse {
    answer(StatusCode::OK, &json!({"now": meetings.now().ms()}))
}

/// Somebody at the door of a room.
struct Knock {
    meeting: MeetingId,
    who: Visitor,
    shown: Credentials,
    tries: Tries,
    params: Params,
}

async fn read(req: &HttpRequest, payload: web::Payload, server: &Server, meetings: &Meetings, browser: &Browser) -> Result<Knock, Error> {
    let meeting = room(req)?;
    let params = form_of(req, payload).await?;
    let who = visitor(req, server, browser.key, &params)?;
    let mut shown = credentials(meetings, meeting, &params, meetings.now())?;
    let lock = server.world.read(|tx| entry::find_lock(tx, meeting, &shown))?;
    let network = network_of(server, req);
    let tries = if lock.is_quick_call { Tries::Calls(network) } else { Tries::Room(meeting, network) };
    compare(meetings, &tries, lock, &mut shown).await?;
    Ok(Knock { meeting, who, shown, tries, params })
}

/// Compares a password of which the room knows only the hash; the write later asks whether it is still the room's.
async fn compare(meetings: &Meetings, tries: &Tries, lock: Lock, shown: &mut Credentials) -> Result<(), Error> {
    let (Some(hash), Some(password)) = (lock.hash, shown.password.as_deref().filter(|word| !word.is_empty())) else { return Ok(()) };
    if meetings.is_spent(tries, meetings.now()) {
        return Err(Error::RateLimited(LimitKind::Room));
    }
    if passwords::fits(password.to_owned(), hash.clone()).await? {
        shown.fits = Some(hash);
    }
    Ok(())
}

/// Runs a write that may find a wrong password or token. Counted where writes run one after the other, so that many
/// tries at once are counted one by one.
async fn knock<T, F>(
    (req, server): (&HttpRequest, &Server),
    meetings: &web::Data<Meetings>,
    tries: Tries,
    is_guess: bool,
    work: F,
) -> Result<Door<T>, Error>
where
    T: Send + 'static,
    F: FnOnce(&Tx<'_>) -> Result<Door<T>, Error> + Send + 'static,
{
    let shared = meetings.clone();
    let (address, causation) = (Some(address_of(server, req)), request_id(req).to_string());
    let cause = Cause { way: Way::Link, address, causation, ..Cause::default() };
    let guarded = move |tx: &Tx<'_>| {
        if shared.is_spent(&tries, tx.now) {
            return Err(Error::RateLimited(LimitKind::Room));
        }
        let outcome = work(tx)?;
        if is_guess && matches!(outcome, Door::Shut(Refusal::Wrong)) {
            shared.count_wrong(tries, tx.now);
        }
        Ok(outcome)
    };
    let outcome = meetings.world.write(cause, guarded).await?;
    if is_guess && matches!(outcome, Door::Shut(Refusal::Wrong)) {
        // The room says itself when there were too many; here it is noted.
        server.wrong_secrets.judge(server, req, "meetings", Error::WrongPassword);
    }
    Ok(outcome)
}

fn room(req: &HttpRequest) -> Result<MeetingId, Error> {
    req.match_info().get("room").and_then(|id| id.parse().ok()).ok_or(Error::NoEndpoint)
}

fn registration(params: &Params, language: Language) -> Result<NewRegistration, Error> {
    let short = |name: &'static str| {
        let text = params.text(name)?.unwrap_or_default().trim();
        if text.chars().count() > ANSWER_CHARS { Err(Error::Invalid(name, "at most 255 characters")) } else { Ok(text.to_owned()) }
    };
    let first_name = PersonName::parse(params.required("first_name")?).map_err(|_| Error::Invalid("first_name", "1 to 100 characters"))?;
    let mut answers = Vec::new();
    for (number, name) in [(COMPANY, "company"), (PHONE, "phone")] {
        let text = short(name)?;
        if !text.is_empty() {
            answers.push((number, text));
        }
    }
    Ok(NewRegistration {
        email: Email::parse(params.required("email")?)?,
        first_name: first_name.as_str().to_owned(),
        last_name: short("last_name")?,
        answers,
        referer: Some(short("referer")?).filter(|referer| referer.starts_with("http")),
        language: Some(language),
    })
}

fn answer(status: StatusCode, body: &Value) -> HttpResponse {
    HttpResponse::build(status).insert_header((CACHE_CONTROL, "no-store")).json(body)
}

/// How a refusal is answered.
pub(super) fn status_of(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::Nowhere => StatusCode::NOT_FOUND,
        Refusal::Closed | Refusal::Wrong | Refusal::MustRegister | Refusal::Kicked => StatusCode::FORBIDDEN,
        Refusal::Over(_) => StatusCode::GONE,
        Refusal::AlreadyRegistered => StatusCode::CONFLICT,
        Refusal::Nameless => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Full => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn refused(refusal: Refusal) -> HttpResponse {
    answer(status_of(refusal), &json!({"code": refusal.word()}))
}

fn finish(req: &HttpRequest, browser: Browser, outcome: Result<HttpResponse, Error>) -> HttpResponse {
    let mut response = outcome.unwrap_or_else(|error| failed(req, &error));
    if let Some(cookie) = browser.new_cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn failed(req: &HttpRequest, error: &Error) -> HttpResponse {
    let (status, code) = match error {
        Error::Invalid(field, _) | Error::Missing(field) => {
            return answer(StatusCode::UNPROCESSABLE_ENTITY, &json!({"code": "invalid", "field": field}));
        }
        Error::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many"),
        Error::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        Error::NoEndpoint | Error::NotFound(_) => (StatusCode::NOT_FOUND, "nowhere"),
        Error::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed"),
        Error::BodyTooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "malformed"),
        Error::Busy | Error::StorageFull | Error::StorageReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        other => {
            tracing::error!(request_id = &*request_id(req), cause = ?other, "a meeting's page failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "failed")
        }
    };
    answer(status, &json!({"code": code}))
}
