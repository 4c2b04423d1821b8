//! The one step before routing: a request id, and for paths below a mount what their dialect allows to be written in
//! several ways (case, a slash at the end, an extension, the verb in the query).

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{DATE, HOST, HeaderMap, HeaderName, HeaderValue, HttpDate, STRICT_TRANSPORT_SECURITY, TryIntoHeaderValue};
use actix_web::http::uri::PathAndQuery;
use actix_web::http::{Uri, Version};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};

use super::connections::{Answer, UnderWay};
use super::dialect::Mount;
use super::format::{Callback, Format, Rendering};
use super::health::SERVER;
use super::links::is_over_tls;
use super::params::query_text;
use super::request_log;
use super::server::Server;

/// How long a browser remembers to come over protected connections only.
const A_YEAR: &str = "max-age=31536000";

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Says apart requests in answers, logs and events: unique per process start and thread.
#[derive(Clone, Debug)]
pub struct RequestId(pub Rc<str>);

thread_local! {
    static PREFIX: String = crate::store::Entropy::System.text(12);
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

impl RequestId {
    fn next() -> Self {
        let count = COUNT.replace(COUNT.get() + 1);
        PREFIX.with(|prefix| Self(format!("{prefix}{count:06x}").into()))
    }
}

/// The id of a request, for log lines.
pub fn request_id(req: &HttpRequest) -> Rc<str> {
    req.extensions().get::<RequestId>().map_or_else(|| "".into(), |id| Rc::clone(&id.0))
}

/// Wraps the whole application.
pub async fn front(mut req: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<Answer>, Error> {
    let under_way = UnderWay::begin(req.request());
    let id = RequestId::next();
    name_host(&mut req);
    let server = req.app_data::<web::Data<Server>>().map(|data| Arc::clone(data));
    let found = server.as_ref().and_then(|server| mount_of(server, req.path()));
    let mount = found.as_ref().map(|(mount, _)| *mount);
    let logged = server.as_ref().and_then(|server| request_log::begin(server, &req));
    if let (Some((mount, moved)), Some(server)) = (found, &server) {
        if let Some(path) = moved {
            rewrite(&mut req, &path);
        }
        prepare(&mut req, mount, server);
    }
    req.extensions_mut().insert(id.clone());

    let mut res = next.call(req).await?;
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        res.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    if let Some(server) = &server {
        server.metrics.count(mount.map_or(SERVER, |mount| mount.name), res.status());
        tell_time(server, res.headers_mut());
        if server.is_protected_only && is_over_tls(res.request()) {
            res.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(A_YEAR));
        }
    }
    if let (Some(logged), Some(server)) = (logged, &server) {
        request_log::finish(server, logged, mount, &id, &res);
    }
    Ok(res.map_body(|_, body| Answer::new(body, under_way, mount.is_some())))
}

/// HTTP/2 names the host in the address of a request, HTTP/1.1 in a header; everything behind looks into the header.
fn name_host(req: &mut ServiceRequest) {
    let authority = req.uri().authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(authority) = authority.filter(|_| req.version() == Version::HTTP_2) {
        req.headers_mut().insert(HOST, authority);
    }
}

/// A world whose clock stands still says so in `Date` too: clients reckon with it (rate limits, link expiry).
fn tell_time(server: &Server, headers: &mut HeaderMap) {
    let clock = server.world.clock();
    if clock.is_fixed() {
        let since = Duration::from_millis(clock.now().ms().unsigned_abs());
        if let Ok(value) = HttpDate::from(SystemTime::UNIX_EPOCH + since).try_into_value() {
            headers.insert(DATE, value);
        }
    }
}

/// Whose request this is, and where its path has to be moved for the routes to find it.
fn mount_of(server: &Server, path: &str) -> Option<(&'static Mount, Option<String>)> {
    server.mounts.iter().copied().find_map(|mount| match (mount.also_at)(path) {
        Some(moved) => Some((mount, Some(moved))),
        None => is_below(path, mount.prefix).then_some((mount, None)),
    })
}

pub(super) fn is_below(path: &str, prefix: &str) -> bool {
    let length = prefix.len();
    path.get(..length).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
        && matches!(path.as_bytes().get(length), None | Some(b'/' | b'.'))
}

fn prepare(req: &mut ServiceRequest, mount: &'static Mount, server: &Server) {
    let (path, format) = canonical(req.path(), req.query_string(), mount, server.world.server_name());
    let callback = match format {
        Format::Js => query_text(req.query_string(), &["callback", "jsonp"]).map_or(Callback::None, |name| Callback::parse(&name)),
        _ => Callback::None,
    };
    if let Some(path) = path {
        rewrite(req, &path);
    }
    req.extensions_mut().insert(Rendering { format, style: mount.json, callback });
    (mount.prepare)(server, req.head_mut());
}

/// The path as routes know it, if it has to change, and the format that its extension asks for.
pub(super) fn canonical(path: &str, query: &str, mount: &Mount, server_name: &str) -> (Option<String>, Format) {
    let slashless = path.strip_suffix('/').filter(|rest| !rest.ends_with('/')).unwrap_or(path);
    let last = slashless.rsplit('/').next().unwrap_or_default();
    let extension = if names_server(last, server_name) { None } else { extension_of(last, mount) };
    let (bare, format) = match extension {
        Some((length, format)) => (&slashless[..slashless.len() - length], format),
        // QUIRK(clickmeeting): official clients put the extension behind `?page=1`.
        None if mount.has_format_in_query => (slashless, extension_of(query, mount).map_or(Format::Json, |(_, format)| format)),
        None => (slashless, Format::Json),
    };
    let folds = mount.folds_case && bare.bytes().any(|byte| byte.is_ascii_uppercase());
    let prefix_folds = bare.get(..mount.prefix.len()).is_some_and(|head| head != mount.prefix);
    match () {
        () if folds => (Some(bare.to_ascii_lowercase()), format),
        () if prefix_folds => (Some(format!("{}{}", mount.prefix, &bare[mount.prefix.len()..])), format),
        () if bare.len() != path.len() => (Some(bare.to_owned()), format),
        () => (None, format),
    }
}

/// Whether a segment is an id such as `!r5:chat.example.js`, whose end is this server's name and no extension.
fn names_server(segment: &str, server_name: &str) -> bool {
    let rest = segment.strip_suffix(server_name).unwrap_or_default();
    let is_id = segment.starts_with('!') || segment.starts_with("%21");
    is_id && (rest.ends_with(':') || rest.to_ascii_lowercase().ends_with("%3a"))
}

/// The length, with its dot, and the format of an extension that the mount knows.
fn extension_of(text: &str, mount: &Mount) -> Option<(usize, Format)> {
    let (_, extension) = text.rsplit_once('.')?;
    let format = Format::of_extension(extension).filter(|format| mount.formats.contains(format))?;
    Some((extension.len() + 1, format))
}

fn rewrite(req: &mut ServiceRequest, path: &str) {
    let mut parts = req.uri().clone().into_parts();
    let with_query = match req.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let Ok(path_and_query) = PathAndQuery::try_from(with_query) else { return };
    parts.path_and_query = Some(path_and_query);
    if let Ok(uri) = Uri::from_parts(parts) {
        req.match_info_mut().get_mut().update(&uri);
        req.head_mut().uri = uri;
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, Mount, canonical};

    #[test]
    fn paths_are_brought_to_one_form() {
        let mount = Mount { prefix: "/v2", formats: &[Format::Json, Format::Xml], folds_case: true, ..Mount::PLAIN };
        let cases = [
            ("/v2/rooms", None, Format::Json),
            ("/v2/Rooms", Some("/v2/rooms"), Format::Json),
            ("/V2/rooms/", Some("/v2/rooms"), Format::Json),
            ("/v2/rooms//", None, Format::Json),
            ("/v2/rooms.xml", Some("/v2/rooms"), Format::Xml),
            ("/v2/rooms/5.XML/", Some("/v2/rooms/5"), Format::Xml),
            ("/v2/rooms.json", Some("/v2/rooms"), Format::Json),
            ("/v2/rooms.txt", None, Format::Json),
            ("/v2/rooms.php", None, Format::Json),
            ("/v2/", Some("/v2"), Format::Json),
            ("/v2/rooms/!r5:chat.xml", None, Format::Json),
            ("/v2/rooms/%21r5%3Achat.xml/", Some("/v2/rooms/%21r5%3achat.xml"), Format::Json),
            ("/v2/rooms/!r5:chat.xml.xml", Some("/v2/rooms/!r5:chat.xml"), Format::Xml),
            ("/v2/rooms/r5:chat.xml", Some("/v2/rooms/r5:chat"), Format::Xml),
        ];
        for (path, expected, format) in cases {
            assert_eq!(canonical(path, "", &mount, "chat.xml"), (expected.map(str::to_owned), format), "{path}");
        }
        let lenient = Mount { has_format_in_query: true, ..mount };
        let in_query = |path, query, mount| canonical(path, query, mount, "chat.xml").1;
        assert_eq!(in_query("/v2/rooms", "page=1.xml", &lenient), Format::Xml);
        assert_eq!(in_query("/v2/rooms.json", "page=1.xml", &lenient), Format::Json);
        assert_eq!(in_query("/v2/rooms", "page=1.txt", &lenient), Format::Json);
        assert_eq!(in_query("/v2/rooms", "", &lenient), Format::Json);
    }
}
