//! What fuzzers give to the parsers of this folder, and what has to be true of the outcome.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use serde_json::Value;

use super::dialect::{Dialect, Mount};
use super::format::reading::{self, Element};
use super::format::{Callback, Format, JsonStyle};
use super::links::{Bases, LinkSigner};
use super::meeting_links::{self, MeetingKeys};
use super::{Params, RawForm, Tree, body, cookies, data_uri, downloads, forwarded, front, params, passes, pictures, tree, typed, upload};
use crate::domain::{AccountId, FileId, MeetingId, RecordingId, Timestamp};

/// Names that parameters have, and how tests ask for them.
const NAMES: [&str; 4] = ["a", "b", "to", "c[d]"];

/// Forms and queries: `a=1&b[]=2`.
pub fn forms(data: &[u8]) {
    let Ok(fields) = params::urlencoded(data) else { return };
    let params = Params::new(vec![fields]);
    for name in NAMES {
        let _ = (params.text(name), params.flag(name, true), params.natural(name), params.id::<AccountId>(name));
        let ids = params.ids(name).unwrap_or_default();
        assert!(ids.iter().enumerate().all(|(place, id)| !ids[..place].contains(id)), "an id came twice");
    }
    if let Ok(query) = std::str::from_utf8(data) {
        let _ = params::query_text(query, &NAMES);
        check_callback(query);
    }
}

/// Nothing but a name may be called by a script.
fn check_callback(text: &str) {
    if let Callback::Named(name) = Callback::parse(text) {
        assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.')), "{name}");
    }
}

/// Bodies that mean their types: JSON, flat forms.
pub fn bodies(data: &[u8]) {
    for kind in ["", "application/json", "application/x-www-form-urlencoded"] {
        let _ = body::read(kind, data);
    }
    let _ = params::json(data);
    let _ = typed::read::<std::collections::BTreeMap<String, Value>>(data);
}

/// Parameters as PHP and `qs` write them.
pub fn brackets(data: &[u8]) {
    let query = std::str::from_utf8(data).map(Tree::of_query);
    for tree in [tree::of_body("", data), tree::of_body("application/json", data)].into_iter().chain(query).flatten() {
        let mut reader = tree.reader();
        for path in ["a", "a[b]", "b[0][c]", "c[]", "a[b][c][d]"] {
            let _ = (reader.text(path), reader.list(path).len(), reader.leading_number(path), reader.flag(path));
            let _ = (reader.number(path, 1, 9), reader.is_empty(path), reader.entries(path).len());
        }
        let _ = reader.finish();
    }
}

/// Forms that hold JSON, as shells send them.
pub fn raw_form(data: &[u8]) -> RawForm {
    let form = RawForm::of_form(data);
    let _ = (form.json("message"), form.text("day"), form.given("day"));
    form
}

/// Multipart bodies with the boundary `XX`; the first byte says in what pieces they come.
pub fn multipart(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let pieces: Vec<Bytes> = rest.chunks(usize::from(*first).max(1)).map(Bytes::copy_from_slice).collect();
    let stream = futures_util::stream::iter(pieces.into_iter().map(Ok));
    let req = TestRequest::post().insert_header(("content-type", "multipart/form-data; boundary=XX")).to_http_request();
    let parts = waited_for(upload::parts(&req, Payload::Stream { payload: Box::pin(stream) }));
    let bytes: usize = parts.iter().flatten().map(|(_, value)| value.len()).sum();
    assert!(bytes <= rest.len(), "there is more in the parts than in the body");
    let _ = RawForm::of_parts(parts.unwrap_or_default()).json("message");
}

/// Runs what would wait for more bytes, had it not all of them.
fn waited_for<T>(work: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
            Ok(runtime) => runtime,
            Err(cause) => panic!("no runtime: {cause}"),
        };
    }
    RUNTIME.with(|runtime| runtime.block_on(work))
}

/// Paths below a mount: `path?query`, brought to the form that routes know.
pub fn paths(mounts: &[&'static Mount], data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    for mount in mounts {
        let path = (mount.also_at)(path).or_else(|| front::is_below(path, mount.prefix).then(|| path.to_owned()));
        let Some(path) = path else { continue };
        let (moved, _) = front::canonical(&path, query, mount, "chat.example.xml");
        let moved = moved.unwrap_or(path);
        assert!(moved.starts_with(mount.prefix), "{moved} lies elsewhere");
    }
}

/// What is answered in each format reads back as what it was. The data is JSON.
pub fn formats(data: &[u8]) {
    let Ok(tree) = params::parse_json(data) else { return };
    let write = |format: Format, style| match format.render(style, &tree) {
        Ok(bytes) => bytes,
        Err(cause) => panic!("{cause:?}"),
    };
    for style in [JsonStyle::Utf8, JsonStyle::Ascii] {
        let json = write(Format::Json, style);
        assert_eq!(serde_json::from_slice::<Value>(&json).ok().as_ref(), Some(&tree));
        assert!(style == JsonStyle::Utf8 || json.is_ascii());
    }
    assert_eq!(Element::read(&write(Format::Xml, JsonStyle::Utf8)), Some(Element::of("response", &tree)));
    assert_eq!(reading::unserialized(&write(Format::Php, JsonStyle::Utf8)), Some(reading::php_array(&tree)));
    assert!(reading::is_printed(&write(Format::PrintR, JsonStyle::Utf8), &tree));
}

/// A request with these header lines, `name: value`; what can't be a header is left out.
pub fn request(data: &[u8]) -> HttpRequest {
    let mut request = TestRequest::get().uri("/").peer_addr(([127, 0, 0, 1], 50_000).into());
    for line in data.split(|byte| *byte == b'\n').take(100) {
        let at = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) =
            (HeaderName::from_bytes(&line[..at]), HeaderValue::from_bytes(line.get(at + 1..).unwrap_or_default().trim_ascii()));
        if let (Ok(name), Ok(value)) = (name, value) {
            request = request.append_header((name, value));
        }
    }
    request.to_http_request()
}

/// The secret that a request presents to a dialect.
pub fn secrets<D: Dialect>(req: &HttpRequest) {
    let secret = D::secret(req.head());
    assert!(!secret.contains(['\r', '\n', '\0']));
    let _ = (D::kind_of_token(req.head()), D::is_open(req.head()), passes::is_pass(&secret), cookies::cookie(req.head(), "a"));
}

/// What absolute addresses start with, and where a request comes from, by `Host` and what proxies say.
pub fn hosts(data: &[u8]) {
    let req = request(data);
    let proxy = req.peer_addr().map(|peer| peer.ip());
    for trusted_proxies in [Vec::new(), proxy.into_iter().collect()] {
        let bases = Bases {
            public_url: None,
            hosts: vec!["chat.example.org".to_owned()],
            endpoints: Vec::new(),
            own: ([127, 0, 0, 1], 8080).into(),
            trusted_proxies,
        };
        let base = bases.of(&req);
        let host = base.strip_prefix("http://").or_else(|| base.strip_prefix("https://"));
        assert!(host.is_some_and(|host| bases.allows(host) && host.parse::<actix_web::http::uri::Authority>().is_ok()), "{base}");
        let address = forwarded::source(&req, &bases.trusted_proxies);
        assert!(address == proxy || !bases.trusted_proxies.is_empty(), "a stranger said where it comes from");
    }
}

/// Links that carry their own permission: nobody but this server makes one that is good.
pub fn links(data: &[u8]) {
    let (signer, keys) = (LinkSigner::new(b"a key"), MeetingKeys::new(b"a key"));
    let now = Timestamp::from_seconds(1_800_000_000);
    let Ok(text) = std::str::from_utf8(data) else { return };
    assert!(keys.role_of(MeetingId::new(1), text, now).is_none() && !keys.is_owner(MeetingId::new(1), text));
    assert!(keys.read_attendee_pass(text).is_none());
    let _ = meeting_links::read_embed(text);
    let Ok(fields) = params::urlencoded(data) else { return };
    let query = Params::new(vec![fields]);
    if let Ok((account, expires, signature)) = downloads::claim(&query) {
        assert!(!signer.is_signed(FileId::new(1), account, expires, signature));
    }
    if let Ok((expires, signature)) = downloads::claim_of_recording(&query) {
        assert!(!keys.is_recording_signed(RecordingId::new(1), expires, signature));
        let _ = (expires.to_string(), expires.plus_ms(i64::MAX));
    }
}

/// Content inside of addresses and of texts.
pub fn data_uris(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok((kind, content)) = data_uri::parse(text) {
        assert!(content.len() <= text.len() && kind.len() <= text.len().max("text/plain".len()));
    }
    let _ = pictures::from_base64(text).map(|bytes| pictures::media_type(&bytes));
}
