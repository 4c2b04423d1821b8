//! Small server-made pages: a template with `{{name}}` places, everything escaped, nothing from elsewhere.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, web};
use quick_xml::escape::escape;

use crate::web::{Server, assets};
use crate::world::Mode;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// As a macro, because a policy of two pieces can't be made of constants.
macro_rules! scripted {
    ($ancestors:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors ",
            $ancestors
        )
    };
}
const SCRIPTED: &str = scripted!("'none'");
const FRAMED: &str = scripted!("*");

/// A place in a template: text is escaped, markup of ours is not.
pub(super) enum Fill<'a> {
    Text(&'a str),
    Markup(String),
}

/// Text made safe to stand in markup.
pub(super) fn safe(text: &str) -> String {
    escape(text).into_owned()
}

/// Fills a template below `static/` and sends it.
pub(super) fn page(status: StatusCode, template: &str, fills: &[(&str, Fill<'_>)]) -> HttpResponse {
    sheet(status, template, fills, POLICY)
}

/// The same for a page with scripts of ours; `is_framed`: another site may show it in a frame.
pub(super) fn scripted(status: StatusCode, template: &str, fills: &[(&str, Fill<'_>)], is_framed: bool) -> HttpResponse {
    sheet(status, template, fills, if is_framed { FRAMED } else { SCRIPTED })
}

fn sheet(status: StatusCode, template: &str, fills: &[(&str, Fill<'_>)], policy: &'static str) -> HttpResponse {
    let mut html = assets::text(template);
    for (name, fill) in fills {
        let value = match fill {
            Fill::Text(text) => safe(text),
            Fill::Markup(markup) => markup.clone(),
        };
        // A brace in a value must not open another place.
        html = html.replace(&format!("{{{{{name}}}}}"), &value.replace("{{", "{&#123;"));
    }
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((HeaderName::from_static("x-content-type-options"), "nosniff"))
        .body(html)
}

/// `GET /`: what this server is.
pub async fn home(req: HttpRequest, server: web::Data<Server>) -> HttpResponse {
    let base = server.bases.of(&req);
    let mode = match server.world.mode() {
        Mode::Office => "It is an office's server: everything here is real.",
        Mode::Sandbox => "It is a sandbox: a place to try integrations. Nothing here is real.",
    };
    let trust = match &server.authority {
        Some(_) => "<p>Connections may be protected: <a href=\"/trust\">how machines come to trust this office</a>.</p>".to_owned(),
        None => String::new(),
    };
    let fills = [
        ("mode", Fill::Text(mode)),
        ("base", Fill::Text(&base)),
        ("trust", Fill::Markup(trust)),
        ("version", Fill::Text(env!("CARGO_PKG_VERSION"))),
    ];
    page(StatusCode::OK, "meet/home.html", &fills)
}
