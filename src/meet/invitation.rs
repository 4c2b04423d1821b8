//! `/g/<code>`: the page behind an invitation link of a group. Shows the room to anybody who has the link; people of
//! the organization come in with their token, and administrators of the room let in who waits.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::page::{Fill, page, safe};
use crate::domain::{AccountId, Error, InvitationCode, InvitationView, JoinRequest, Scopes};
use crate::ops::invitations::{self, Standing};
use crate::ops::sign_in;
use crate::store::Cause;
use crate::web::call::address_of;
use crate::web::front::request_id;
use crate::web::params::{Params, form_of};
use crate::web::{Server, links};
use crate::world::Mode;

const TEMPLATE: &str = "meet/invitation.html";

/// `GET /g/<code>`
pub async fn show(req: HttpRequest, server: web::Data<Server>, path: web::Path<String>) -> HttpResponse {
    match view(&server, &path) {
        Ok(view) => render(StatusCode::OK, &view, form("", "Join the room")),
        Err(error) => gone(&req, &error),
    }
}

/// `POST /g/<code>`: `token`, and for administrators `person` with `answer=accept|decline`.
pub async fn join(req: HttpRequest, server: web::Data<Server>, path: web::Path<String>, payload: web::Payload) -> HttpResponse {
    let view = match view(&server, &path) {
        Ok(view) => view,
        Err(error) => return gone(&req, &error),
    };
    let outcome = match form_of(&req, payload).await {
        Ok(params) => enter(&server, &req, &view, &params).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok((standing, token)) => render(StatusCode::OK, &view, standing_text(&standing, &token)),
        Err(error) => {
            log_fault(&req, &error);
            render(status_of(&error), &view, note("problem", &refusal(&error)) + &form("", "Try again"))
        }
    }
}

fn view(server: &Server, code: &str) -> Result<InvitationView, Error> {
    let code = InvitationCode::parse("code", code)?;
    server.world.read(|tx| invitations::view_link(tx, &code))
}

async fn enter(server: &Server, req: &HttpRequest, view: &InvitationView, params: &Params) -> Result<(Standing, String), Error> {
    let token = params.required("token")?.trim().to_owned();
    let is_sandbox = server.world.mode() == Mode::Sandbox;
    let known = server.world.read(|tx| sign_in::authenticate_any(tx, &token, is_sandbox));
    let actor = known.map_err(|error| server.wrong_secrets.judge(server, req, "invitations", error))?;
    // A token that was made for less must not open doors.
    if actor.scopes != Scopes::All {
        return Err(Error::InsufficientScope);
    }
    let answer = match (params.id::<AccountId>("person")?, params.text("answer")?) {
        (Some(person), Some("accept")) => Some((person, true)),
        (Some(person), Some("decline")) => Some((person, false)),
        _ => None,
    };
    let code = view.invitation.code.clone();
    let cause = Cause {
        actor: Some(actor.account),
        token: Some(actor.token),
        dialect: Some(actor.dialect),
        address: Some(address_of(server, req)),
        causation: request_id(req).to_string(),
        ..Cause::default()
    };
    let work = move |tx: &crate::store::Tx<'_>| match answer {
        Some((person, is_accepted)) => invitations::answer_join_request(tx, &actor, &code, person, is_accepted),
        None => invitations::join_by_link(tx, &actor, &code),
    };
    Ok((server.world.write(cause, work).await?, token))
}

fn standing_text(standing: &Standing, token: &str) -> String {
    match standing {
        Standing::Joined => note("done", "You are in. The room is in your list now."),
        Standing::Waiting => note("done", "Your request was sent. An administrator of the room has to let you in."),
        Standing::Member => note("done", "You are in this room already."),
        Standing::Admin(requests) if requests.is_empty() => note("done", "You manage this room. Nobody is waiting to be let in."),
        Standing::Admin(requests) => requests.iter().map(|request| waiting(request, token)).collect(),
    }
}

fn waiting(request: &JoinRequest, token: &str) -> String {
    format!(
        "<form method=\"post\" class=\"waiting\"><input type=\"hidden\" name=\"token\" value=\"{}\"><input type=\"hidden\" name=\"person\" value=\"{}\">\
         <span>{} waits since {}</span><button name=\"answer\" value=\"accept\">Let in</button>\
         <button name=\"answer\" value=\"decline\" class=\"quiet\">Decline</button></form>",
        safe(token),
        request.person.id,
        safe(&request.person.name),
        request.since,
    )
}

fn form(token: &str, button: &str) -> String {
    format!(
        "<form method=\"post\"><label for=\"token\">Your API token</label><input id=\"token\" name=\"token\" type=\"password\" value=\"{}\" \
         autocomplete=\"off\" required><button>{button}</button></form>",
        safe(token)
    )
}

fn note(kind: &str, text: &str) -> String {
    format!("<p class=\"{kind}\" role=\"status\">{}</p>", safe(text))
}

fn refusal(error: &Error) -> String {
    match error {
        Error::Forbidden => {
            "This link is for people of the room's own organization. Only administrators of the room let others in.".to_owned()
        }
        Error::InsufficientScope => "This token was made for certain operations only. Use one without restrictions.".to_owned(),
        other => {
            let text = other.plain();
            let mut letters = text.chars();
            letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str())).unwrap_or_default()
        }
    }
}

fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Error::Forbidden | Error::RoomHidden | Error::InsufficientScope => StatusCode::FORBIDDEN,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Busy | Error::StorageFull | Error::StorageReadOnly => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn gone(req: &HttpRequest, error: &Error) -> HttpResponse {
    log_fault(req, error);
    if matches!(error, Error::Internal(_)) {
        return page(
            StatusCode::INTERNAL_SERVER_ERROR,
            "meet/gone.html",
            &[("why", Fill::Text("The server failed; its log has the cause."))],
        );
    }
    page(
        StatusCode::NOT_FOUND,
        "meet/gone.html",
        &[("why", Fill::Text("This invitation link does not exist, or it was withdrawn. Ask whoever sent it for a new one."))],
    )
}

fn log_fault(req: &HttpRequest, error: &Error) {
    if let Error::Internal(cause) = error {
        tracing::error!(request_id = &*request_id(req), cause, "an invitation page failed");
    }
}

fn render(status: StatusCode, view: &InvitationView, action: String) -> HttpResponse {
    let people = if view.members == 1 { "1 person".to_owned() } else { format!("{} people", view.members) };
    let entry = if view.invitation.needs_acceptance { "An administrator of the room has to let you in." } else { "You come in at once." };
    let icon = format!("/assets/icon/ico_{}.png", links::segment(view.icon.name()));
    let fills = [
        ("name", Fill::Text(&view.room_name)),
        ("icon", Fill::Text(&icon)),
        ("organization", Fill::Text(&view.organization_name)),
        ("people", Fill::Text(&people)),
        ("description", Fill::Text(&view.invitation.description)),
        ("entry", Fill::Text(entry)),
        ("action", Fill::Markup(action)),
    ];
    page(status, TEMPLATE, &fills)
}
