//! `/contacts` and `/incoming_requests`.

use actix_web::HttpResponse;

use super::Listed;
use super::wire::{AcceptedOut, ContactOut, IncomingRequestOut, Urls};
use crate::domain::ContactRequestId;
use crate::ops;
use crate::web::guard::no_content;
use crate::web::{Call, Fault, Id, Out, Reply};

/// GET /contacts
pub(super) async fn get_contacts(call: Call) -> Result<Listed<ContactOut>, Fault> {
    let contacts = call.read(ops::contacts::list_contacts)?;
    let urls = Urls::new(call.base());
    Ok(contacts.into_iter().map(|contact| ContactOut::new(contact, &urls)).collect())
}

/// GET /incoming_requests
pub(super) async fn get_incoming_requests(call: Call) -> Result<Listed<IncomingRequestOut>, Fault> {
    let requests = call.read(ops::contacts::list_requests)?;
    let urls = Urls::new(call.base());
    Ok(requests.into_iter().map(|request| IncomingRequestOut::new(request, &urls)).collect())
}

/// PUT /incoming_requests/{request_id}
pub(super) async fn accept_incoming_request(call: Call, Id(id): Id<ContactRequestId>) -> Reply<AcceptedOut> {
    let contact = call.write(move |tx, actor| ops::contacts::accept_request(tx, actor, id)).await?;
    Ok(Out(AcceptedOut::new(id.get(), contact, &Urls::new(call.base()))))
}

/// DELETE /incoming_requests/{request_id}
pub(super) async fn decline_incoming_request(call: Call, Id(id): Id<ContactRequestId>) -> Result<HttpResponse, Fault> {
    call.write(move |tx, actor| ops::contacts::decline_request(tx, actor, id)).await?;
    Ok(no_content())
}
