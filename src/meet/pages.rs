//! The pages of meetings: before the door, behind it, after it, and what an organization shows to everybody.
//!
//! Invariant: looking at a page changes nothing; a new browser gets its cookie, that is all.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::doors::status_of;
use super::forms;
use super::meetings::Meetings;
use super::page::{Fill, page, safe, scripted};
use super::texts::{self, text};
use super::visitor::{Browser, credentials, language};
use crate::domain::link::{quick_call_url, room_url};
use crate::domain::{Access, Credentials, Error, Meeting, MeetingId, Refusal, SessionId, Switch, Timestamp};
use crate::ops::entry::{self, Doorstep, RoomAddress};
use crate::ops::quick_calls;
use crate::web::front::request_id;
use crate::web::meeting_links::read_embed;
use crate::web::params::{Params, query_of};
use crate::web::{Server, links};

/// What a link to a room says besides the room.
struct Link {
    address: RoomAddress,
    token: Option<String>,
    /// In a page of somebody else.
    is_embedded: bool,
}

/// `GET /meet/<slug or pin>`
pub async fn room(req: HttpRequest, server: web::Data<Server>, meetings: web::Data<Meetings>, path: web::Path<String>) -> HttpResponse {
    let address = address(&path);
    let is_embedded = matches!(address, RoomAddress::Pin(_)) && query_of(&req).is_ok_and(|query| query.text("popup") == Ok(Some("off")));
    show(&req, &server, &meetings, Link { address, token: None, is_embedded })
}

/// `GET /meet/<slug or pin>/<token>`
pub async fn room_with_token(
    req: HttpRequest,
    server: web::Data<Server>,
    meetings: web::Data<Meetings>,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    let (name, token) = path.into_inner();
    show(&req, &server, &meetings, Link { address: address(&name), token: Some(token), is_embedded: false })
}

/// `GET /quick/<id>`: a quick call.
pub async fn quick_call(
    req: HttpRequest,
    server: web::Data<Server>,
    meetings: web::Data<Meetings>,
    path: web::Path<String>,
) -> HttpResponse {
    show(&req, &server, &meetings, Link { address: RoomAddress::QuickCall(path.into_inner()), token: None, is_embedded: false })
}

fn address(name: &str) -> RoomAddress {
    match name.parse() {
        Ok(pin) if name.bytes().all(|byte| byte.is_ascii_digit()) => RoomAddress::Pin(pin),
        _ => RoomAddress::Slug(name.to_owned()),
    }
}

/// `GET /<nine digits>`
pub async fn by_pin(req: HttpRequest, path: web::Path<String>) -> HttpResponse {
    let query = if req.query_string().is_empty() { String::new() } else { format!("?{}", req.query_string()) };
    HttpResponse::Found().insert_header((LOCATION, format!("/meet/{path}{query}"))).finish()
}

/// `GET /meet`: to the only organization's public page, or to the start page.
pub async fn start(server: web::Data<Server>) -> HttpResponse {
    let only = server.world.read(entry::only_organization).ok().flatten();
    let to = only.map_or("/".to_owned(), |organization| format!("/o/{}", links::segment(&organization.slug)));
    HttpResponse::Found().insert_header((LOCATION, to)).finish()
}

fn show(req: &HttpRequest, server: &Server, meetings: &Meetings, link: Link) -> HttpResponse {
    let query = query_of(req).unwrap_or_default();
    let language = language(req, query.text("lang").ok().flatten());
    match look(server, meetings, &link, &query) {
        Ok(Some((step, shown))) => render(req, server, language, &link, &step, &shown),
        Ok(None) => note(StatusCode::NOT_FOUND, language, "nowhere_title", "nowhere_text"),
        Err(error) => failed(req, language, &error),
    }
}

fn look(server: &Server, meetings: &Meetings, link: &Link, query: &Params) -> Result<Option<(Doorstep, Credentials)>, Error> {
    let found = server.world.read(|tx| entry::look(tx, &link.address, &Credentials::default()))?;
    let Some(found) = found else { return Ok(None) };
    // Only now is it known of which room a hash would have to be.
    let mut shown = credentials(meetings, found.meeting.id, query, meetings.now())?;
    (shown.token, shown.password) = (link.token.clone(), None);
    let step = server.world.read(|tx| entry::look(tx, &RoomAddress::Id(found.meeting.id), &shown))?;
    // Nine digits can be guessed. To a quick call they lead only who has a link of their own.
    let is_led = |step: &Doorstep| !matches!(link.address, RoomAddress::Pin(_)) || step.quick_call.is_none() || step.guest.is_some();
    Ok(step.filter(is_led).map(|step| (step, shown)))
}

fn render(req: &HttpRequest, server: &Server, language: &'static str, link: &Link, step: &Doorstep, shown: &Credentials) -> HttpResponse {
    let meeting = &step.meeting;
    let closed = match step.refusal {
        Some(Refusal::Over(_)) if step.quick_call.is_some() => Some(("call_over_title", "call_over_text")),
        Some(Refusal::Closed) => Some(("closed_title", "closed_text")),
        Some(Refusal::Over(_)) => Some(("over_title", "over_text")),
        _ => None,
    };
    let base = server.bases.of(req);
    let status = step.refusal.filter(|_| closed.is_some()).map_or(StatusCode::OK, status_of);
    let form = match closed {
        Some((title, words)) => forms::notice(language, title, words),
        None => forms::entry(language, step, link.token.as_deref(), req.query_string()),
    };
    let when = forms::when(language, meeting, step.is_running);
    let data = page_data(&base, language, step, shown);
    let public = format!("/o/{}", links::segment(&step.organization.slug));
    let has = |switch| closed.is_none() && meeting.settings.is_on(switch);
    let tester = if has(Switch::ConnectionTester) { forms::tester(language) } else { String::new() };
    let numbers = &server.config.clickmeeting.phone_gateways;
    let phone = if has(Switch::PhoneGateway) { forms::phone(language, numbers, phone_pin(step)) } else { String::new() };
    let fills = [
        ("name", Fill::Text(name_of(language, step))),
        ("organization", Fill::Text(&step.organization.name)),
        ("public_page", Fill::Text(&public)),
        ("when", Fill::Markup(when)),
        ("form", Fill::Markup(form)),
        ("phone", Fill::Markup(phone)),
        ("tester", Fill::Markup(tester)),
        ("data", Fill::Markup(script_data(&data))),
        ("lang", Fill::Text(language)),
    ];
    let mut response = scripted(status, "meet/room.html", &with_texts(language, fills), link.is_embedded);
    if let Some(cookie) = Browser::of(req, server).new_cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// What one dials behind a telephone number: only for whom the door is open, as it would be a way around a password or token.
fn phone_pin(step: &Doorstep) -> Option<i64> {
    let meeting = &step.meeting;
    match &step.guest {
        Some(guest) if guest.role.leads() => Some(meeting.presenter_pin),
        Some(_) => Some(meeting.listener_pin),
        None => (meeting.access == Access::Open && step.refusal.is_none()).then_some(meeting.listener_pin),
    }
}

/// What the room is called. A quick call that nobody has renamed is called so in the reader's language.
fn name_of<'a>(language: &str, step: &'a Doorstep) -> &'a str {
    let is_unnamed = step.quick_call.is_some() && step.meeting.name == quick_calls::NAME;
    if is_unnamed { text(language, "call_name") } else { &step.meeting.name }
}

/// What the page's script has to know; words included.
fn page_data(base: &str, language: &str, step: &Doorstep, shown: &Credentials) -> Value {
    let meeting = &step.meeting;
    let url = step.quick_call.as_ref().map_or_else(|| room_url(base, &meeting.slug), |id| quick_call_url(base, id));
    let has_link = shown.link.is_some() || shown.registration.is_some();
    json!({
        "room": meeting.id.get(), "name": name_of(language, step), "url": url, "lang": language,
        "kind": meeting.kind.word(), "personal": has_link, "texts": texts::all(language),
    })
}

/// JSON that can stand in a page's script element: nothing in it closes the element.
fn script_data(data: &Value) -> String {
    data.to_string().replace('<', "\\u003c").replace("{{", "{\\u007b")
}

/// A template's own places, and one for each text, `t.<key>`.
fn with_texts<'a, const N: usize>(language: &str, fills: [(&'a str, Fill<'a>); N]) -> Vec<(&'a str, Fill<'a>)> {
    let words = texts::keys(language).map(|(place, words)| (place, Fill::Text(words)));
    // Words first: what people wrote must not be taken for a place.
    words.chain(fills).collect()
}

/// A page that says one thing.
fn note(status: StatusCode, language: &str, title: &str, words: &str) -> HttpResponse {
    let fills = [
        ("lang", Fill::Text(language)),
        ("title", Fill::Text(text(language, title))),
        ("body", Fill::Markup(format!("<p>{}</p>", safe(text(language, words))))),
    ];
    page(status, "meet/note.html", &fills)
}

fn failed(req: &HttpRequest, language: &str, error: &Error) -> HttpResponse {
    if matches!(error, Error::Invalid(..)) {
        return note(StatusCode::NOT_FOUND, language, "nowhere_title", "nowhere_text");
    }
    tracing::error!(request_id = &*request_id(req), cause = ?error, "a meeting's page failed");
    note(StatusCode::INTERNAL_SERVER_ERROR, language, "failed_title", "failed_text")
}

/// `GET /_m/<room>/bye`: what somebody sees who has left.
pub async fn bye(req: HttpRequest, server: web::Data<Server>, meetings: web::Data<Meetings>, path: web::Path<i64>) -> HttpResponse {
    let query = query_of(&req).unwrap_or_default();
    let asked = |name| query.text(name).ok().flatten();
    let language = language(&req, asked("lang"));
    let read = |pass| meetings.keys.read_attendee_pass(pass).map(|(session, _)| (pass, session));
    let (pass, session) = asked("pass").and_then(read).unzip();
    let may_return = asked("why") != Some("kicked");
    let Ok(Some((meeting, back))) = left(&server, MeetingId::new(*path), session) else {
        return note(StatusCode::NOT_FOUND, language, "nowhere_title", "nowhere_text");
    };
    let why = asked("why").and_then(|why| forms::why(language, why)).unwrap_or_else(|| text(language, "bye_text"));
    let form = pass.map_or_else(String::new, |pass| forms::rating(language, meeting.id, pass));
    let next = forms::next(language, &meeting, back.filter(|_| may_return).as_deref());
    goodbye(language, &meeting, text(language, "bye_title"), why, form + &next)
}

/// The page after a rating.
pub(super) fn thanks(
    req: &HttpRequest,
    server: &Server,
    meeting: MeetingId,
    session: SessionId,
    asked: Option<&str>,
) -> Result<HttpResponse, Error> {
    let language = language(req, asked);
    let (meeting, back) = left(server, meeting, Some(session))?.ok_or(Error::NoEndpoint)?;
    let next = forms::next(language, &meeting, back.as_deref());
    let mut response = goodbye(language, &meeting, text(language, "thanks_title"), text(language, "thanks_text"), next);
    // Whoever gives an address of their own for thanks wants people to get there.
    if let Some(url) = forms::thank_you_url(&meeting)
        && let Ok(value) = format!("4; url={url}").parse()
    {
        response.headers_mut().insert(actix_web::http::header::REFRESH, value);
    }
    Ok(response)
}

fn goodbye(language: &str, meeting: &Meeting, title: &str, words: &str, body: String) -> HttpResponse {
    let fills = [
        ("lang", Fill::Text(language)),
        ("title", Fill::Text(title)),
        ("body", Fill::Markup(format!("<p class=\"quiet\">{}</p><p>{}</p>{body}", safe(&meeting.name), safe(words)))),
    ];
    page(StatusCode::OK, "meet/note.html", &fills)
}

/// A room that somebody has left, and the path back into it for whoever may know that.
fn left(server: &Server, id: MeetingId, session: Option<SessionId>) -> Result<Option<(Meeting, Option<String>)>, Error> {
    server.world.read(|tx| {
        let Some(step) = entry::look(tx, &RoomAddress::Id(id), &Credentials::default())? else { return Ok(None) };
        let back = entry::find_way_back(tx, &step.meeting, session)?;
        Ok(Some((step.meeting, back)))
    })
}

/// `GET /o/<organization>`: the rooms it shows to everybody. GUESS: the vendor has an account's own host for this.
pub async fn public(req: HttpRequest, server: web::Data<Server>, path: web::Path<String>) -> HttpResponse {
    let query = query_of(&req).unwrap_or_default();
    let language = language(&req, query.text("lang").ok().flatten());
    match server.world.read(|tx| entry::list_public_rooms(tx, &path)) {
        Ok(None) => note(StatusCode::NOT_FOUND, language, "nowhere_title", "nowhere_text"),
        Ok(Some((organization, rooms))) => {
            let fills = [
                ("organization", Fill::Text(&organization.name)),
                ("rooms", Fill::Markup(forms::rooms(language, &rooms))),
                ("lang", Fill::Text(language)),
            ];
            scripted(StatusCode::OK, "meet/public.html", &with_texts(language, fills), false)
        }
        Err(error) => failed(&req, language, &error),
    }
}

/// `GET /embed_conference.html?r=…`: a script that puts the room's page into the page that asks for it.
pub async fn embed(req: HttpRequest, server: web::Data<Server>) -> HttpResponse {
    let query = query_of(&req).unwrap_or_default();
    let named = query.text("r").ok().flatten().and_then(read_embed);
    let meeting = named.and_then(|(organization, id)| {
        // A number that anybody may count up leads to no quick call.
        let step = server.world.read(|tx| entry::look(tx, &RoomAddress::Id(id), &Credentials::default())).ok().flatten();
        step.filter(|step| step.meeting.organization == organization && step.quick_call.is_none()).map(|step| step.meeting)
    });
    let script = meeting.map_or_else(
        || "// There is no such room.\n".to_owned(),
        |meeting| {
            let url = format!("{}/{}?popup=off", server.bases.of(&req), meeting.pin);
            forms::embedding(&url, &meeting.name, query.text("lang").ok().flatten())
        },
    );
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/javascript; charset=utf-8"))
        .insert_header((actix_web::http::header::CACHE_CONTROL, "no-cache"))
        .body(script)
}

/// An instant for people: the script of the page shows it in their own zone.
pub(super) fn instant(at: Timestamp) -> String {
    format!("<time datetime=\"{at}\" data-local>{at}</time>")
}
