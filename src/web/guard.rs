//! Stands before every route of a dialect: finds out who calls, counts the call, and draws what goes wrong.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL,
    HeaderValue, RETRY_AFTER, USER_AGENT,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};

use super::call::{self, Context, ExtraHeaders};
use super::dialect::{Dialect, Endpoint, Fault, Scene};
use super::format::{self, Callback};
use super::front::request_id;
use super::limits::Quota;
use super::links::OnBehalf;
use super::params::{self, TOO_SLOW, WHOLE};
use super::server::Server;
use super::{passes, tree, upload};
use crate::domain::{self, Actor, Error, LimitKind, Unauthenticated};
use crate::ops::sign_in;
use crate::world::Mode;

/// Most bytes of header names and values in a request.
const HEADER_BYTES: usize = 32 * 1024;

/// How long a browser may remember what pages of other sites may ask, in seconds: a day.
const PREFLIGHT_S: &str = "86400";

/// The scope middleware of a dialect.
pub async fn guard<D: Dialect>(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(server) = req.app_data::<web::Data<Server>>().map(|data| Arc::clone(data)) else {
        return Ok(req.into_response(HttpResponse::InternalServerError()));
    };
    if let (Some(_), &Method::OPTIONS) = (D::CROSS_ORIGIN, req.method()) {
        return Ok(open_to_pages::<D>(req.into_response(no_content())));
    }
    answer::<D>(req, next, server).await.map(open_to_pages::<D>).map(keep_private::<D>)
}

fn keep_private<D: Dialect>(mut res: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if D::IS_PRIVATE {
        res.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    res
}

async fn answer<D: Dialect>(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    server: Arc<Server>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let Err(error) = check_headers(&req).and_then(|()| D::check_way(&server, &req)) {
        return Ok(refuse::<D>(req, &error, None));
    }
    if D::is_open(req.head()) {
        return Ok(finish::<D>(next.call(req).await?.map_into_boxed_body(), None));
    }
    let known = secret_of::<D>(&mut req).await.and_then(|secret| Ok((identify::<D>(&server, &req, &secret)?, passes::is_pass(&secret))));
    let (actor, has_pass) = match known {
        Ok(known) => known,
        Err(error) => {
            let error = server.wrong_secrets.judge(&server, req.request(), D::MOUNT.name, error);
            return Ok(refuse::<D>(req, &error, None));
        }
    };
    // Before anything else can refuse it: the request log names the caller then, too.
    let context = Rc::new(Context::new(server.clone(), actor, D::ENDPOINTS, D::MOUNT.prefix));
    req.extensions_mut().insert(context.clone());
    if let Err(error) = settle(&server, req.request(), context.actor()).await {
        return Ok(refuse::<D>(req, &error, None));
    }
    // What the server asks itself is not at anybody's expense.
    let (quota, refusal) = if has_pass { (None, None) } else { D::count_call(&server, context.actor()) };
    if let Some(error) = refusal {
        return Ok(refuse::<D>(req, &error, quota.as_ref()));
    }
    if format::rendering(req.request()).callback == Callback::Refused {
        let error = Error::Invalid("callback", "use the name of a function: letters, digits, _, $ and dots");
        return Ok(refuse::<D>(req, &error, quota.as_ref()));
    }
    // Only lists are long; what changes something has a short answer. The server itself may ask while whoever made it ask has a place.
    let may_be_long = req.method() == Method::GET && !has_pass;
    let place = if may_be_long { server.metrics.unsent.take_place().await.map(Some) } else { Ok(None) };
    match place {
        Ok(_place) => Ok(finish::<D>(next.call(req).await?.map_into_boxed_body(), quota.as_ref())),
        Err(error) => Ok(refuse::<D>(req, &error, quota.as_ref())),
    }
}

/// Draws what went wrong, and adds the headers of the handler and of the quota.
fn finish<D: Dialect>(mut res: ServiceResponse<BoxBody>, quota: Option<&Quota>) -> ServiceResponse<BoxBody> {
    if let Some(error) = failure_of(&res) {
        let drawn = draw::<D>(res.request(), &error);
        res = res.into_response(drawn);
    }
    let extra = res.request().extensions_mut().remove::<ExtraHeaders>();
    for (name, value) in extra.unwrap_or_default().0 {
        res.headers_mut().insert(name, value);
    }
    if let Some(quota) = quota {
        D::show_quota(quota, res.headers_mut());
    }
    res
}

/// A token that a client refreshed into takes the place of the old one by its first use. No other tokens are refreshed.
async fn settle(server: &Server, req: &HttpRequest, actor: &Actor) -> Result<(), Error> {
    if actor.dialect != domain::Dialect::Matrix {
        return Ok(());
    }
    let token = actor.token;
    server.world.read_or_write(|| call::cause(server, req, actor), move |tx| sign_in::settle(tx, token)).await
}

/// Tells a browser what pages of other sites may see, where the vendor's own server does.
fn open_to_pages<D: Dialect>(mut res: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if let Some(allowed) = D::CROSS_ORIGIN {
        let headers = res.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(allowed.methods));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed.headers));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(PREFLIGHT_S));
    }
    res
}

/// The secret of a request. R7 wants the body untouched until the caller is known; where a vendor lets the secret stand
/// in the body, there is no other way, so only then, and only a body of parameters, is it read – and put back.
async fn secret_of<D: Dialect>(req: &mut ServiceRequest) -> Result<String, Error> {
    let secret = D::secret(req.head()).into_owned();
    match D::SECRET_FIELD {
        Some(field) if secret.is_empty() && may_have_body(req) => {
            let payload = req.take_payload();
            let whole = tokio::time::timeout(WHOLE, params::bytes(req.request(), payload)).await;
            let body = web::Bytes::from(whole.unwrap_or(Err(TOO_SLOW))?);
            let found = tree::of_body(req.content_type(), &body).ok().and_then(|tree| tree.reader().text(field).map(str::to_owned));
            req.set_payload(Payload::Stream { payload: Box::pin(futures_util::stream::once(async { Ok(body) })) });
            Ok(found.unwrap_or_default())
        }
        _ => Ok(secret),
    }
}

/// Whether parameters may stand in the body: uploads carry their secret elsewhere.
fn may_have_body(req: &ServiceRequest) -> bool {
    matches!(*req.method(), Method::POST | Method::PUT | Method::DELETE) && !upload::is_multipart(req.request())
}

fn check_headers(req: &ServiceRequest) -> Result<(), Error> {
    let bytes: usize = req.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > HEADER_BYTES { Err(Error::Malformed("the headers are larger than 32 KiB")) } else { Ok(()) }
}

/// Who calls, by the token alone.
fn identify<D: Dialect>(server: &Server, req: &ServiceRequest, secret: &str) -> Result<Actor, Error> {
    let headers = req.headers();
    if passes::is_pass(secret) {
        let found = server.passes.redeem(secret).filter(|(actor, _)| actor.dialect == D::kind_of_token(req.head()));
        let (actor, base) = found.ok_or(Error::Unauthenticated(Unauthenticated::Unknown))?;
        req.extensions_mut().insert(OnBehalf(base));
        return Ok(actor);
    }
    let is_sandbox = server.world.mode() == Mode::Sandbox;
    let secret = if secret.is_empty() { D::stand_in(server, req).unwrap_or_default() } else { secret };
    let mut actor = server.world.read(|tx| sign_in::authenticate(tx, secret, D::kind_of_token(req.head()), is_sandbox))?;
    D::check_caller(server, req, &mut actor)?;
    server.world.note_use(&actor, || {
        let client = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        (call::address_of(server, req.request()), client.chars().take(200).collect())
    });
    Ok(actor)
}

/// What went wrong in a route, if something did.
fn failure_of<B>(res: &ServiceResponse<B>) -> Option<Error> {
    let error = res.response().error()?;
    match error.as_error::<Fault>() {
        Some(fault) => Some(fault.0.clone()),
        None => Some(Error::internal(error)),
    }
}

fn refuse<D: Dialect>(req: ServiceRequest, error: &Error, quota: Option<&Quota>) -> ServiceResponse<BoxBody> {
    let mut drawn = draw::<D>(req.request(), error);
    if let Some(quota) = quota {
        D::show_quota(quota, drawn.headers_mut());
    }
    req.into_response(drawn)
}

/// The answer to a failure, in the dialect's words and the format asked for. Faults of ours go to the log, once, here.
pub fn draw<D: Dialect>(req: &HttpRequest, error: &Error) -> HttpResponse {
    let Some(server) = req.app_data::<web::Data<Server>>() else { return HttpResponse::InternalServerError().finish() };
    let drawn = D::draw(error, &Scene { head: req.head(), endpoint: endpoint_of::<D>(req), config: &server.config });
    // A dialect may draw a fault with a status that calls it a success.
    if drawn.status.is_server_error() || matches!(error, Error::Internal(_)) {
        tracing::error!(request_id = &*request_id(req), cause = ?error, "a request failed");
    }
    let mut answer = format::rendering(req).answer(drawn.status, &drawn.body);
    if let Error::RateLimited(LimitKind::SignIn(seconds)) = error {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
    }
    for (name, value) in drawn.headers {
        answer.headers_mut().insert(name, value);
    }
    answer
}

fn endpoint_of<D: Dialect>(req: &HttpRequest) -> Option<&'static Endpoint> {
    endpoint_in(D::ENDPOINTS, D::MOUNT.prefix, req)
}

/// The operation that a request was routed to.
pub(super) fn endpoint_in(endpoints: &'static [Endpoint], prefix: &str, req: &HttpRequest) -> Option<&'static Endpoint> {
    let pattern = req.match_pattern()?;
    let below = pattern.strip_prefix(prefix)?;
    endpoints.iter().find(|endpoint| endpoint.path == below && endpoint.method == req.method().as_str())
}

/// For paths below no mount whose request carries this dialect's token: its 401, then its not-found.
pub fn stray<D: Dialect>(server: &Server, req: ServiceRequest) -> ServiceResponse<BoxBody> {
    let known = check_headers(&req).and_then(|()| identify::<D>(server, &req, &D::secret(req.head())));
    let error = known.err().map(|error| server.wrong_secrets.judge(server, req.request(), D::MOUNT.name, error));
    let error = error.unwrap_or(Error::NoEndpoint);
    open_to_pages::<D>(refuse::<D>(req, &error, None))
}

/// For paths that no operation has: the dialect's own answer.
pub async fn no_endpoint() -> Result<HttpResponse, Fault> {
    Err(Fault(Error::NoEndpoint))
}

/// For paths that have operations, but none with this verb.
pub async fn wrong_method() -> Result<HttpResponse, Fault> {
    Err(Fault(Error::WrongMethod))
}

/// A status without a body, which is what some successes are.
pub fn no_content() -> HttpResponse {
    HttpResponse::new(StatusCode::NO_CONTENT)
}
