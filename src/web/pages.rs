//! Pages that scripts of ours draw: a shell below `static/`, the map by which the scripts find each other, and the policy
//! under which a browser runs them.
//!
//! Invariant: nothing on such a page comes from elsewhere, and the only thing that runs without a file of its own is the map,
//! which the policy knows by its hash.

use std::sync::LazyLock;

use actix_web::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::assets;

/// Which file a script means that imports `preact` or `htm`.
const IMPORTS: &str = "assets/ui/imports.json";

static MAP: LazyLock<String> = LazyLock::new(|| assets::text(IMPORTS));

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64.encode(&Sha256::digest(MAP.as_bytes()));
    format!(
        "default-src 'none'; script-src 'self' 'sha256-{hash}'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; \
         font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
});

/// A shell below `static/`, with the map where it says `{{imports}}`.
pub fn shell(req: &HttpRequest, path: &str) -> HttpResponse {
    let html = assets::text(path).replace("{{imports}}", &MAP);
    let mut answer = assets::serve_text(req, "text/html; charset=utf-8", html);
    let headers = [(CONTENT_SECURITY_POLICY, POLICY.as_str()), (REFERRER_POLICY, "no-referrer")];
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}
