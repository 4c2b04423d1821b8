//! Texts of ours, compressed for browsers that take it: each once, when it is first asked for.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{LazyLock, Mutex, PoisonError};

use actix_web::http::header::ACCEPT_ENCODING;
use actix_web::{HttpRequest, web};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Shorter texts gain nothing.
const SHORTEST: usize = 1024;

/// What was compressed, by the hash of what it was. The texts are those of this program, so there is an end to them; only a
/// debug build, which reads them from the disk, may see more.
static PACKED: LazyLock<Mutex<HashMap<[u8; 32], web::Bytes>>> = LazyLock::new(Mutex::default);

/// Whether something of a media type is smaller when it is compressed.
pub(super) fn is_packable(media_type: &str) -> bool {
    let kind = media_type.split(';').next().unwrap_or_default();
    kind.starts_with("text/") || matches!(kind, "application/json" | "application/yaml" | "application/javascript" | "image/svg+xml")
}

/// A text compressed, if whoever asks takes that and it is worth it.
pub(super) fn packed(req: &HttpRequest, hash: [u8; 32], content: &web::Bytes) -> Option<web::Bytes> {
    if content.len() < SHORTEST || !takes_gzip(req) {
        return None;
    }
    if let Some(known) = PACKED.lock().unwrap_or_else(PoisonError::into_inner).get(&hash) {
        return Some(known.clone());
    }
    let packed = web::Bytes::from(gzip(content).ok()?);
    PACKED.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, packed.clone());
    Some(packed)
}

fn gzip(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(content.len() / 3), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

/// Whether gzip is among the encodings that a request takes, and not refused by a weight of nothing.
fn takes_gzip(req: &HttpRequest) -> bool {
    let given = req.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(',').any(|item| {
        let (coding, weight) = item.split_once(';').unwrap_or((item, ""));
        coding.trim().eq_ignore_ascii_case("gzip") && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::{is_packable, takes_gzip};

    #[test]
    fn gzip_is_sent_to_whoever_names_it() {
        let takes = |value: &str| takes_gzip(&TestRequest::default().insert_header(("accept-encoding", value)).to_http_request());
        assert!(takes("gzip") && takes("br, GZIP;q=0.5") && takes("deflate, gzip"));
        assert!(!takes("") && !takes("br") && !takes("gzip;q=0") && !takes("x-gzip2"));
    }

    #[test]
    fn pictures_are_sent_as_they_are() {
        assert!(is_packable("text/javascript") && is_packable("text/html; charset=utf-8") && is_packable("application/json"));
        assert!(!is_packable("image/png") && !is_packable("font/otf"));
    }
}
