//! What a handler has in hand: who calls, the world, and what links in the answer start with.

use std::future::{Ready, ready};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::{Payload, RequestHead};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::dialect::{Endpoint, Fault};
use super::format::{Format, Out, rendering};
use super::front::request_id;
use super::guard::endpoint_in;
use super::params::{Params, query_of};
use super::server::Server;
use super::{forwarded, links};
use crate::domain::{
    self, AccountId, Actor, Caller, ContactRequestId, Error, FileId, LibraryFileId, MeetingId, MessageId, RecordingId, RoomId, Scopes,
    SessionId, StoredFile, TaskId,
};
use crate::ops::sign_in;
use crate::store::{Cause, Tx};
use crate::world::World;

/// What a handler answers.
pub type Reply<T> = Result<Out<T>, Fault>;

/// What the guard found out about a request.
#[derive(Debug)]
pub(super) struct Context {
    server: Arc<Server>,
    actor: Actor,
    endpoints: &'static [Endpoint],
    prefix: &'static str,
}

impl Context {
    pub(super) fn new(server: Arc<Server>, actor: Actor, endpoints: &'static [Endpoint], prefix: &'static str) -> Self {
        Self { server, actor, endpoints, prefix }
    }

    pub(super) fn actor(&self) -> &Actor {
        &self.actor
    }
}

/// Who asked, if the guard of a dialect found that out.
pub(super) fn caller_of(req: &HttpRequest) -> Option<Caller> {
    let extensions = req.extensions();
    let Actor { token, account, organization, .. } = extensions.get::<Rc<Context>>()?.actor;
    Some(Caller { token, account, organization })
}

/// Headers that a handler adds to its answer.
#[derive(Debug, Default)]
pub(super) struct ExtraHeaders(pub(super) Vec<(HeaderName, HeaderValue)>);

/// An authenticated call of an operation.
#[derive(Debug)]
pub struct Call {
    context: Rc<Context>,
    req: HttpRequest,
}

impl Call {
    /// Who calls.
    pub fn actor(&self) -> &Actor {
        &self.context.actor
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.context.server
    }

    /// The server, for what goes on after the handler has answered.
    pub fn shared_server(&self) -> Arc<Server> {
        self.context.server.clone()
    }

    /// The query as it was sent.
    pub fn query_string(&self) -> &str {
        self.req.query_string()
    }

    /// The head of the request.
    pub fn head(&self) -> &RequestHead {
        self.req.head()
    }

    /// What absolute addresses in the answer start with, without a slash at the end.
    pub fn base(&self) -> String {
        self.context.server.bases.of(&self.req)
    }

    /// The format that the answer is to have.
    pub(super) fn format(&self) -> Format {
        rendering(&self.req).format
    }

    /// A success with a value that is rendered at once, in the format that was asked for.
    pub fn answer<T: Serialize + ?Sized>(&self, value: &T) -> HttpResponse {
        rendering(&self.req).answer(StatusCode::OK, value)
    }

    /// Runs bounded reading work in this thread.
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>, &Actor) -> Result<T, Error>) -> Result<T, Error> {
        self.context.server.world.read(|tx| work(tx, &self.context.actor))
    }

    /// Runs writing work, if the caller is still known by then; answers once it is on disk.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>, &Actor) -> Result<T, Error> + Send + 'static,
    {
        let actor = self.context.actor.clone();
        let scopes = self.scopes();
        let work = move |tx: &Tx<'_>| sign_in::check_again(tx, &actor, scopes).and_then(|()| work(tx, &actor));
        self.context.server.world.write(self.cause(), work).await
    }

    /// Runs work that seldom writes: as a read first, and again as a write only when it has to.
    pub async fn read_or_write<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>, &Actor) -> Result<T, Error> + Send + 'static,
    {
        let (actor, scopes) = (self.context.actor.clone(), self.scopes());
        let work = move |tx: &Tx<'_>| {
            // What only reads leaves nothing behind.
            let known = if tx.is_writing() { sign_in::check_again(tx, &actor, scopes) } else { Ok(()) };
            known.and_then(|()| work(tx, &actor))
        };
        self.context.server.world.read_or_write(|| self.cause(), work).await
    }

    /// Runs work that takes long, such as making a document, on a thread that may block.
    pub async fn blocking<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&World) -> Result<T, Error> + Send + 'static,
    {
        let world = self.context.server.world.clone();
        web::block(move || work(&world)).await.map_err(Error::internal)?
    }

    /// Where it comes from.
    pub fn address(&self) -> String {
        address_of(&self.context.server, &self.req)
    }

    /// Whose tries count together with those of this call.
    pub fn network(&self) -> IpAddr {
        network_of(&self.context.server, &self.req)
    }

    /// What to answer to a failure: a wrong secret is counted.
    pub fn judge(&self, api: &str, error: Error) -> Error {
        self.context.server.wrong_secrets.judge(&self.context.server, &self.req, api, error)
    }

    /// What stands at a place of the path, decoded; empty when the path has no such place.
    pub fn place(&self, name: &str) -> String {
        place_of(&self.req, name)
    }

    /// The query alone, whatever the body says.
    pub fn query(&self) -> Result<Params, Error> {
        query_of(&self.req)
    }

    /// Adds a header to the answer, whatever it will be.
    pub fn add_header(&self, name: HeaderName, value: HeaderValue) {
        add_header(&self.req, name, value);
    }

    /// A link to a file that works without a token for some seconds.
    pub fn download_link(&self, file: &StoredFile, seconds: i64) -> String {
        let server = self.server();
        let expires = server.world.clock().now().plus_ms(seconds * 1000);
        let signature = server.signer.sign(file.id, self.actor().account, expires);
        let name = links::segment(file.name.as_str());
        format!(
            "{}/files/{}/{name}?response-content-disposition=attachment%3Bfilename%2A%3DUTF-8%27%27{name}&Account={}&Expires={}&Signature={signature}",
            self.base(),
            file.id,
            self.actor().account,
            expires.seconds(),
        )
    }

    /// Where a change comes from that is made after the handler has answered.
    pub fn cause(&self) -> Cause {
        cause(&self.context.server, &self.req, &self.context.actor)
    }

    /// Lets the call through if its token's scopes cover the operation.
    fn check_scopes(&self) -> Result<(), Error> {
        let is_allowed = self.context.actor.scopes == Scopes::All || self.context.actor.scopes.allows(self.scopes());
        if is_allowed { Ok(()) } else { Err(Error::InsufficientScope) }
    }

    /// Scopes of which the operation needs one. To find them costs as much as to route, so a caller who may do everything is not asked.
    fn scopes(&self) -> &'static [&'static str] {
        if self.context.actor.scopes == Scopes::All {
            return &[];
        }
        endpoint_in(self.context.endpoints, self.context.prefix, &self.req).map_or(&[], |endpoint| endpoint.scopes)
    }
}

fn add_header(req: &HttpRequest, name: HeaderName, value: HeaderValue) {
    let mut extensions = req.extensions_mut();
    if let Some(extra) = extensions.get_mut::<ExtraHeaders>() {
        extra.0.push((name, value));
    } else {
        extensions.insert(ExtraHeaders(vec![(name, value)]));
    }
}

/// What stands at a place of the path, decoded; empty when the path has no such place.
pub fn place_of(req: &HttpRequest, name: &str) -> String {
    let given = req.match_info().get(name).unwrap_or_default();
    percent_encoding::percent_decode_str(given).decode_utf8_lossy().into_owned()
}

/// What somebody's request makes happen.
pub(super) fn cause(server: &Server, req: &HttpRequest, actor: &Actor) -> Cause {
    Cause {
        actor: Some(actor.account),
        token: Some(actor.token),
        dialect: Some(actor.dialect),
        address: Some(address_of(server, req)),
        causation: request_id(req).to_string(),
        ..Cause::default()
    }
}

/// A call of an operation that needs no token.
#[derive(Debug)]
pub struct Visit {
    server: Arc<Server>,
    req: HttpRequest,
}

impl Visit {
    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// What absolute addresses in the answer start with, without a slash at the end.
    pub fn base(&self) -> String {
        self.server.bases.of(&self.req)
    }

    /// Where it comes from.
    pub fn address(&self) -> String {
        address_of(&self.server, &self.req)
    }

    /// Whose tries count together with those of this call.
    pub fn network(&self) -> IpAddr {
        network_of(&self.server, &self.req)
    }

    /// Refuses where too many wrong secrets came from.
    pub fn check_tries(&self) -> Result<(), Error> {
        self.server.wrong_secrets.check(&self.server, &self.req)
    }

    /// What to answer to a failure: a wrong secret is counted.
    pub fn judge(&self, api: &str, error: Error) -> Error {
        self.server.wrong_secrets.judge(&self.server, &self.req, api, error)
    }

    /// Adds a header to the answer, whatever it will be.
    pub fn add_header(&self, name: HeaderName, value: HeaderValue) {
        add_header(&self.req, name, value);
    }

    /// Runs writing work of a dialect; answers once it is on disk.
    pub async fn write<T, F>(&self, dialect: domain::Dialect, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let causation = request_id(&self.req).to_string();
        let cause = Cause { dialect: Some(dialect), address: Some(self.address()), causation, ..Cause::default() };
        self.server.world.write(cause, work).await
    }
}

impl FromRequest for Visit {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let server = req.app_data::<web::Data<Server>>().map(|data| Arc::clone(data));
        let visit = server.map(|server| Self { server, req: req.clone() });
        ready(visit.ok_or_else(|| Error::internal("a route stands outside its server").into()))
    }
}

/// The address a request comes from; forwarding headers count only from trusted proxies.
pub fn address_of(server: &Server, req: &HttpRequest) -> String {
    forwarded::source(req, &server.bases.trusted_proxies).map(|address| address.to_string()).unwrap_or_default()
}

/// Whose tries count together with those of a request.
pub fn network_of(server: &Server, req: &HttpRequest) -> IpAddr {
    let source = forwarded::source(req, &server.bases.trusted_proxies);
    source.map_or(IpAddr::from([0, 0, 0, 0]), forwarded::network)
}

impl FromRequest for Call {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let context = req.extensions().get::<Rc<Context>>().cloned();
        let Some(context) = context else { return ready(Err(Error::internal("a route stands outside its guard").into())) };
        let call = Self { context, req: req.clone() };
        ready(call.check_scopes().map(|()| call).map_err(Fault))
    }
}

/// An id in the path.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

/// Ids that stand in paths under a name of their own.
pub trait PathId: std::str::FromStr {
    /// The name in braces.
    const NAME: &'static str;
}

macro_rules! path_ids {
    ($($id:ty => $name:literal),+ $(,)?) => {
        $(impl PathId for $id {
            const NAME: &'static str = $name;
        })+
    };
}

path_ids! {
    RoomId => "room_id",
    MessageId => "message_id",
    TaskId => "task_id",
    FileId => "file_id",
    ContactRequestId => "request_id",
    AccountId => "account_id",
    MeetingId => "room_id",
    SessionId => "session_id",
    RecordingId => "recording_id",
    LibraryFileId => "file_id",
}

impl<T: PathId> FromRequest for Id<T> {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = req.match_info().get(T::NAME).and_then(|digits| digits.parse().ok());
        ready(id.map(Self).ok_or(Fault(Error::NoEndpoint)))
    }
}
