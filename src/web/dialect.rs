//! What a foreign API has to say about itself, and how its faults travel to the one place that draws them.

use std::borrow::Cow;

use actix_web::dev::HttpServiceFactory;
use actix_web::dev::{RequestHead, ServiceRequest};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, ResponseError, Route, web};

use super::format::{Format, JsonStyle};
use super::guard::{guard, no_endpoint, wrong_method};
use super::limits::Quota;
use super::server::Server;
use crate::config::Config;
use crate::domain::{self, Actor, Error};

/// A foreign API.
pub trait Dialect: Sized + 'static {
    /// Which tokens are good for it.
    const TOKENS: domain::Dialect;
    /// Where it is mounted.
    const MOUNT: Mount;
    /// All of its operations.
    const ENDPOINTS: &'static [Endpoint];

    /// The parameter of a body that may carry the secret, where the head of a request has none.
    const SECRET_FIELD: Option<&'static str> = None;
    /// What pages of other sites may ask of it; without it, nothing.
    const CROSS_ORIGIN: Option<&'static CrossOrigin> = None;

    /// Whether nothing on the way may keep its answers.
    const IS_PRIVATE: bool = false;

    /// The secret that a request presents in its head, empty when there is none.
    fn secret(head: &RequestHead) -> Cow<'_, str>;

    /// Which tokens are good for a request, where a dialect has several kinds and its headers tell them apart.
    fn kind_of_token(_: &RequestHead) -> domain::Dialect {
        Self::TOKENS
    }

    /// Whether a request needs no token, where a dialect has such operations.
    fn is_open(_: &RequestHead) -> bool {
        false
    }

    /// Refuses what must not be answered whoever asks, before anything else.
    fn check_way(_: &Server, _: &ServiceRequest) -> Result<(), Error> {
        Ok(())
    }

    /// The secret that counts where a request presents none.
    fn stand_in<'a>(_: &'a Server, _: &ServiceRequest) -> Option<&'a str> {
        None
    }

    /// What else has to be true of a caller who is known; may narrow or widen what the caller may do.
    fn check_caller(_: &Server, _: &ServiceRequest, _: &mut Actor) -> Result<(), Error> {
        Ok(())
    }

    /// Counts a call and says what is left, where a dialect limits calls; the second value is the refusal, if it is refused.
    fn count_call(_: &Server, _: &Actor) -> (Option<Quota>, Option<Error>) {
        (None, None)
    }

    /// Puts what is left of the caller's quota into the headers of an answer.
    fn show_quota(_: &Quota, _: &mut HeaderMap) {}

    /// The answer to a failure, in the vendor's words.
    fn draw(error: &Error, scene: &Scene<'_>) -> Drawn;
}

/// The bearer token of a request (RFC 6750, section 2.1), if its `Authorization` header has one.
pub fn bearer(head: &RequestHead) -> Option<&str> {
    let value = head.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A place in the tree of paths that belongs to a dialect.
#[derive(Debug)]
pub struct Mount {
    /// Where its routes stand: a path in lower case, without a slash at the end.
    pub prefix: &'static str,
    /// What stands before its operations in documents and greetings.
    pub shown: &'static str,
    /// Other paths that are this dialect's; gives the same operation's path below the prefix.
    pub also_at: fn(&str) -> Option<String>,
    /// Name in metrics.
    pub name: &'static str,
    /// How its JSON is written.
    pub json: JsonStyle,
    /// Formats that an extension may ask for.
    pub formats: &'static [Format],
    /// Whether the last value of the query may carry the extension, where the path has none.
    pub has_format_in_query: bool,
    /// Whether literals in paths may be written in any case.
    pub folds_case: bool,
    /// What the dialect itself does to a request before routing, such as taking the verb from the query.
    pub prepare: fn(&Server, &mut RequestHead),
}

impl Mount {
    /// What most have: JSON in UTF-8 and no liberties.
    pub const PLAIN: Self = Self {
        prefix: "",
        shown: "",
        also_at: |_| None,
        name: "",
        json: JsonStyle::Utf8,
        formats: &[],
        has_format_in_query: false,
        folds_case: false,
        prepare: |_, _| {},
    };
}

/// What pages of other sites may ask of a dialect, by its vendor's lists. Credentials of a browser never count.
#[derive(Debug)]
pub struct CrossOrigin {
    /// Verbs.
    pub methods: &'static str,
    /// Headers that a request may carry.
    pub headers: &'static str,
}

/// Where a failure happened.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The request.
    pub head: &'a RequestHead,
    /// The operation, if one was found.
    pub endpoint: Option<&'static Endpoint>,
    /// The server's configuration.
    pub config: &'a Config,
}

/// A failure as a dialect shows it.
#[derive(Debug)]
pub struct Drawn {
    /// Status.
    pub status: StatusCode,
    /// Body, before it is rendered.
    pub body: serde_json::Value,
    /// Headers that belong to it.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// Scopes of an operation that changes nothing, where a dialect tells only that apart.
pub const READ: &[&str] = &["read"];
/// Scopes of one that does.
pub const WRITE: &[&str] = &["write"];
/// All scopes of such a dialect.
pub const READ_OR_WRITE: &[&str] = &["read", "write"];

/// An operation of a dialect.
#[derive(Debug)]
pub struct Endpoint {
    /// Its name, as in the API document.
    pub operation: &'static str,
    /// Verb.
    pub method: &'static str,
    /// Path below the mount, with patterns in braces.
    pub path: &'static str,
    /// Scopes of which a restricted token needs one.
    pub scopes: &'static [&'static str],
    /// What a caller without the right may not do, in the vendor's words.
    pub denied: &'static str,
    /// Makes the route.
    pub route: fn() -> Route,
}

/// A table of operations: name, verb, path, scopes, words of a denial, route.
macro_rules! endpoints {
    ($($operation:literal $method:literal $path:literal $scopes:expr, $denied:literal => $route:expr;)+) => {
        &[$($crate::web::Endpoint { operation: $operation, method: $method, path: $path, scopes: $scopes, denied: $denied, route: || $route }),+]
    };
}
pub(crate) use endpoints;

/// The routes of a dialect behind its guard. Whatever no operation has gets the dialect's own answer.
pub fn scope<D: Dialect>() -> impl HttpServiceFactory {
    let mut scope = web::scope(D::MOUNT.prefix);
    let mut paths: Vec<&str> = D::ENDPOINTS.iter().map(|endpoint| endpoint.path).collect();
    paths.dedup();
    for path in paths {
        let endpoints = D::ENDPOINTS.iter().filter(|endpoint| endpoint.path == path);
        let resource = endpoints.fold(web::resource(path), |resource, endpoint| resource.route((endpoint.route)()));
        scope = scope.service(resource.default_service(web::to(wrong_method)));
    }
    scope.default_service(web::to(no_endpoint)).wrap(from_fn(guard::<D>))
}

/// A failure on its way to the guard of its dialect, which draws it.
///
/// One type for all dialects: extractors fail before anybody asks which dialect it is, and the guard knows.
#[derive(Debug)]
pub struct Fault(pub Error);

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.plain())
    }
}

impl ResponseError for Fault {
    /// Only a carrier: the guard replaces this answer by the drawn one.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::InternalServerError().finish()
    }
}
