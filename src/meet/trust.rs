//! `/trust`: the office's own authority for whoever wants their machine to trust it, and how that is done on each system.
//!
//! The page comes over connections that nobody has reason to trust yet, so it says first what to compare, and with whom.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpRequest, HttpResponse, web};

use super::page::{Fill, page, safe};
use super::texts::{self, text};
use super::visitor::language;
use crate::web::Server;
use crate::web::params::query_of;
use crate::web::server::OfficeAuthority;

/// The name under which browsers keep it.
const FILE: &str = "crosstalk-ca.crt";
/// Systems that the page has steps for; the words are in `trust_<system>`, a step a line.
const SYSTEMS: [(&str, &str); 6] = [
    ("windows", "Windows"),
    ("macos", "macOS"),
    ("ios", "iPhone, iPad"),
    ("android", "Android"),
    ("linux", "Linux"),
    ("firefox", "Firefox"),
];
/// Languages as they call themselves.
const LANGUAGES: [(&str, &str); 4] = [("en", "English"), ("ja", "日本語"), ("vi", "Tiếng Việt"), ("pl", "Polski")];

/// Everything about trust.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/trust").route(web::get().to(show)).route(web::head().to(show)))
        .service(web::resource("/trust/crosstalk-ca.crt").route(web::get().to(download)).route(web::head().to(download)));
}

/// `GET /trust`, perhaps with `lang`.
pub async fn show(req: HttpRequest, server: web::Data<Server>) -> HttpResponse {
    let asked = query_of(&req).ok().and_then(|query| query.text("lang").ok().flatten().map(str::to_owned));
    let language = language(&req, asked.as_deref());
    match &server.authority {
        Some(authority) => tell(&req, &server, authority, language),
        None => nothing(language),
    }
}

fn tell(req: &HttpRequest, server: &Server, authority: &OfficeAuthority, language: &'static str) -> HttpResponse {
    let until = authority.until.to_string();
    let until = until.split('T').next().unwrap_or_default();
    let protected = server.bases.protected(req).unwrap_or_default();
    let own = [
        ("lang", Fill::Text(language)),
        ("fingerprint", Fill::Text(&authority.fingerprint)),
        ("until", Fill::Text(until)),
        ("file", Fill::Text(FILE)),
        ("protected", Fill::Text(&protected)),
        ("languages", Fill::Markup(languages(language))),
        ("systems", Fill::Markup(SYSTEMS.iter().map(|(key, name)| steps(language, key, name)).collect())),
    ];
    let words = texts::keys(language).map(|(place, words)| (place, Fill::Text(words)));
    page(StatusCode::OK, "meet/trust.html", &own.into_iter().chain(words).collect::<Vec<_>>())
}

/// This server's connections are protected by somebody else's authority, or not at all.
fn nothing(language: &str) -> HttpResponse {
    let body = format!("<p class=\"problem\" role=\"alert\">{}</p>", safe(text(language, "trust_none_text")));
    let fills = [("lang", Fill::Text(language)), ("title", Fill::Text(text(language, "trust_none_title"))), ("body", Fill::Markup(body))];
    page(StatusCode::NOT_FOUND, "meet/note.html", &fills)
}

fn languages(current: &str) -> String {
    let link = |(code, name): &(&str, &str)| match *code == current {
        true => format!("<strong lang=\"{code}\">{name}</strong>"),
        false => format!("<a href=\"?lang={code}\" lang=\"{code}\" hreflang=\"{code}\">{name}</a>"),
    };
    LANGUAGES.iter().map(link).collect::<Vec<_>>().join(" · ")
}

/// What to do on one system.
fn steps(language: &str, key: &str, name: &str) -> String {
    let steps = text(language, &format!("trust_{key}")).lines().map(|step| format!("<li>{}</li>", with_code(step)));
    format!("<details class=\"steps\"><summary>{name}</summary><ol>{}</ol></details>", steps.collect::<String>())
}

/// What stands between backticks is to be typed.
fn with_code(text: &str) -> String {
    let piece = |(place, piece): (usize, &str)| match place % 2 {
        1 => format!("<code>{}</code>", safe(piece)),
        _ => safe(piece),
    };
    text.split('`').enumerate().map(piece).collect()
}

/// `GET /trust/crosstalk-ca.crt`: the certificate, in the form that every system takes.
pub async fn download(server: web::Data<Server>) -> HttpResponse {
    let Some(authority) = &server.authority else {
        return HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("This server has no authority of its own.\n");
    };
    HttpResponse::Ok()
        .content_type("application/x-x509-ca-cert")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{FILE}\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(authority.pem.clone())
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, SYSTEMS, with_code};
    use crate::meet::texts::{known, text};

    #[test]
    fn every_system_has_steps_in_every_language_and_the_same_things_to_type() {
        for (system, _) in SYSTEMS {
            let typed = |language| text(language, &format!("trust_{system}")).split('`').skip(1).step_by(2).collect::<Vec<_>>();
            for (code, _) in LANGUAGES {
                let language = known(code).unwrap();
                assert!(text(language, &format!("trust_{system}")).lines().count() >= 2, "{code} {system}");
                assert_eq!(typed(language), typed("en"), "{code} {system}");
            }
        }
        assert_eq!(with_code("type `a<b` now"), "type <code>a&lt;b</code> now");
    }
}
