//! `/mails`: letters on their way, and those that were sent or given up, for a month.

mod wire;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::request_log::LogOut;
use super::requests;
use crate::domain::{Error, MailState, NamePart, Noun, OutboxFilter, OutboxMail};
use crate::mail::message;
use crate::ops::mail;
use crate::web::{Call, Fault, Out, Params, Reply};
use wire::{MailOut, WholeMailOut};

/// GET /mails
pub(super) async fn get_mails(call: Call) -> Reply<LogOut<MailOut>> {
    let query = call.query()?;
    let (filter, before, limit) = (filter(&query)?, query.natural("before")?, requests::limit(&query)?);
    let organization = query.text("organization")?.map(str::to_owned);
    let list = call.blocking(move |world| world.read(|tx| mail::list_outbox(tx, organization.as_deref(), &filter, before, limit)));
    let page = list.await?;
    Ok(Out(LogOut { items: page.entries.iter().map(MailOut::from).collect(), next: page.next }))
}

fn filter(query: &Params) -> Result<OutboxFilter, Error> {
    let named = |word: &str| MailState::ALL.into_iter().find(|state| state.word() == word);
    let state = query.text("state")?.map(|word| named(word).ok_or(Error::Invalid("state", "there is no such state"))).transpose()?;
    Ok(OutboxFilter { state, words: NamePart::parse(query.text("q")?.unwrap_or_default())? })
}

/// GET /mails/{mail_id}
pub(super) async fn get_mail(call: Call) -> Reply<WholeMailOut> {
    Ok(Out(find(&call)?.into()))
}

/// GET /mails/{mail_id}/message: as it is handed to a mail server.
pub(super) async fn get_mail_message(call: Call) -> Result<HttpResponse, Fault> {
    let found = find(&call)?;
    let server = call.server();
    let name = server.world.server_name();
    let built = message(&found.mail, &server.config.mail.sender(name), name).map_err(Error::internal)?;
    let file = format!("attachment; filename=\"mail-{}.eml\"", found.mail.id);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "message/rfc822"))
        .insert_header((CONTENT_DISPOSITION, file))
        .body(built.formatted()))
}

fn find(call: &Call) -> Result<OutboxMail, Error> {
    let id = requests::id_in_path(call, "mail_id", Error::NotFound(Noun::Mail))?;
    let query = call.query()?;
    let organization = query.text("organization")?;
    call.read(|tx, _| mail::get_from_outbox(tx, organization, id))
}

/// POST /mails/{mail_id}/retry
pub(super) async fn post_mail_retry(call: Call) -> Reply<MailOut> {
    let id = requests::id_in_path(&call, "mail_id", Error::NotFound(Noun::Mail))?;
    let organization = call.query()?.text("organization")?.map(str::to_owned);
    let queued = call.write(move |tx, _| mail::send_again(tx, organization.as_deref(), id)).await?;
    Ok(Out(MailOut::from(&queued)))
}
