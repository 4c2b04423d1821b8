//! The page itself: what a browser is told about what may run on it, be shown on it, and show it.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::kit::{Answer, TestApp, request, send};

fn ask(app: &TestApp, method: &str, path: &str) -> Answer {
    let answer = send(request(method, &format!("{}{path}", app.base)));
    assert_eq!(answer.status, 200, "{path}");
    answer
}

/// The directives of a policy, each with what it lets through.
fn directives(policy: &str) -> BTreeMap<&str, Vec<&str>> {
    let words = policy.split(';').map(|directive| directive.split_whitespace().collect::<Vec<_>>());
    words.map(|words| (words[0], words[1..].to_vec())).collect()
}

/// The import map, the only thing that runs without a file of its own.
fn map(html: &str) -> &str {
    let (_, rest) = html.split_once(r#"<script type="importmap">"#).expect("a map");
    rest.split_once("</script>").expect("its end").0
}

#[test]
fn every_page_comes_under_a_policy_that_lets_nothing_in_but_files_of_ours() {
    let app = TestApp::start();
    for path in ["/admin", "/admin/", "/admin/messages", "/admin/nowhere"] {
        let (page, head) = (ask(&app, "GET", path), ask(&app, "HEAD", path));
        let html = page.text();
        let hash = format!("'sha256-{}'", BASE64.encode(&Sha256::digest(map(&html))));
        let none = vec!["'none'"];
        let expected = [
            ("default-src", none.clone()),
            ("script-src", vec!["'self'", &hash]),
            ("style-src", vec!["'self'"]),
            ("img-src", vec!["'self'", "data:"]),
            ("media-src", vec!["'self'"]),
            ("connect-src", vec!["'self'"]),
            ("font-src", vec!["'self'"]),
            ("base-uri", none.clone()),
            ("form-action", vec!["'self'"]),
            ("frame-ancestors", none),
        ];
        let policy = page.header("content-security-policy");
        assert_eq!(directives(policy), BTreeMap::from(expected), "{path}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        for (name, value) in [
            ("content-security-policy", policy),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("content-type", "text/html; charset=utf-8"),
        ] {
            assert_eq!((page.header(name), head.header(name)), (value, value), "{path}: {name}");
        }
        assert!(page.header("access-control-allow-origin").is_empty(), "{path}: no other site reads it");
    }
}

/// Under such a policy a browser would leave out what stands in the page itself: this tells before a browser does.
#[test]
fn nothing_in_the_page_needs_more_than_its_policy_gives() {
    let app = TestApp::start();
    let html = ask(&app, "GET", "/admin").text();
    let of_files = html.matches("<script src=\"/").count() + html.matches("<script type=\"module\" src=\"/").count();
    assert_eq!(html.matches("<script").count(), of_files + 1);
    let has_handler = html.split_whitespace().any(|word| word.starts_with("on") && word.contains('='));
    assert!(!has_handler && !html.contains("<style") && !html.contains(" style=") && !html.contains("://"), "{html}");
    for script in html.split("src=\"").skip(1).map(|rest| rest.split('"').next().expect("a path")) {
        assert_eq!(ask(&app, "GET", script).header("x-content-type-options"), "nosniff", "{script}");
    }
}
