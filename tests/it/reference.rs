//! `/docs`: pages, documents, what pages know about the server.

use std::path::Path;

use crosstalk::config::Config;
use crosstalk::reference::CONTRACTS;
use crosstalk::sandbox::{SeedFile, Tokens, seed};
use crosstalk::world::Mode;
use data_encoding::BASE64;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::kit::{Answer, TestApp, TestOptions, request, send};

fn get(app: &TestApp, path: &str) -> Answer {
    send(request("GET", &format!("{}{path}", app.base)))
}

fn names() -> impl Iterator<Item = &'static str> {
    CONTRACTS.iter().map(|contract| contract.dialect.name())
}

/// A sandbox without people of a test: it is seeded.
fn sandbox(tokens: Tokens) -> TestApp {
    let app = TestApp::bare(TestOptions { mode: Mode::Sandbox, ..TestOptions::default() });
    seed(&app.world, tokens, SeedFile::default()).expect("a seeded sandbox");
    app
}

/// The tokens that pages show.
fn shown(answer: &Answer) -> Vec<Value> {
    let dialects = answer.ok()["dialects"].clone();
    dialects.as_array().expect("dialects").iter().flat_map(|one| one["tokens"].as_array().expect("tokens").clone()).collect()
}

#[test]
fn every_api_has_a_page_a_document_and_its_oddities() {
    let app = TestApp::start();
    for name in names() {
        let page = get(&app, &format!("/docs/{name}"));
        assert!(page.status == 200 && page.header("content-type").starts_with("text/html"), "{name}");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let yaml = std::fs::read_to_string(root.join(format!("static/docs/{name}.yaml"))).expect("a document");
        assert_eq!(get(&app, &format!("/docs/{name}.yaml")).text(), yaml);
        assert_eq!(get(&app, &format!("/docs/{name}.json")).ok(), serde_saphyr::from_str::<Value>(&yaml).expect("YAML"));
        let quirks = root.join(format!("src/dialects/{}/QUIRKS.md", name.replace('-', "_")));
        assert_eq!(get(&app, &format!("/docs/{name}.md")).text(), std::fs::read_to_string(quirks).expect("oddities"));
    }
    for path in ["/docs", "/docs/"] {
        assert_eq!(get(&app, path).text(), get(&app, "/docs/cam").text(), "one page draws all");
    }
    assert_eq!(send(request("HEAD", &format!("{}/docs", app.base))).status, 200);
    for path in
        ["/docs/irc", "/docs/chatwork.xml", "/docs/viewer/nothing.js", "/docs/viewer/..%2Fchatwork.yaml", "/assets/vendor/nothing.mjs"]
    {
        assert_eq!(get(&app, path).status, 404, "{path}");
    }
}

#[test]
fn the_start_page_leads_to_it() {
    let app = TestApp::start();
    assert!(get(&app, "/").text().contains("<a href=\"/docs\">"));
    let head = send(request("HEAD", &format!("{}/", app.base)));
    assert_eq!((head.status, head.text()), (200, String::new()));
}

#[test]
fn what_a_browser_has_is_not_sent_again() {
    let app = TestApp::start();
    let paths = ["/docs", "/docs/cam.yaml", "/docs/cam.json", "/docs/cam.md", "/docs/viewer/main.js", "/docs/viewer/i18n/pl.json"];
    for path in paths.into_iter().chain(["/assets/ui/tokens.css", "/assets/vendor/preact/preact.mjs", "/assets/vendor/htm/htm.module.js"]) {
        let first = get(&app, path);
        assert!(first.status == 200 && first.header("cache-control") == "public, no-cache", "{path}: {:?}", first.headers);
        assert_eq!(first.header("x-content-type-options"), "nosniff");
        let again = send(request("GET", &format!("{}{path}", app.base)).header("If-None-Match", first.header("etag")));
        assert!(again.status == 304 && again.bytes.is_empty(), "{path}");
    }
}

#[test]
fn the_policy_lets_nothing_run_but_files_of_ours_and_the_import_map() {
    let app = TestApp::start();
    let page = get(&app, "/docs/chatwork");
    let html = page.text();
    let (_, rest) = html.split_once(r#"<script type="importmap">"#).expect("a map");
    let (map, _) = rest.split_once("</script>").expect("its end");
    let policy = page.header("content-security-policy");
    assert!(policy.contains(&format!("script-src 'self' 'sha256-{}';", BASE64.encode(&Sha256::digest(map)))), "{policy}");
    assert!(
        policy.starts_with("default-src 'none';") && !policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(
        html.matches("<script").count(),
        html.matches("<script src=\"/").count() + html.matches("type=\"module\" src=\"/").count() + 1
    );
    assert!(!html.contains("<style") && !html.contains(" style="));
    let map: Value = serde_json::from_str(map).expect("JSON");
    for (name, path) in map["imports"].as_object().expect("imports") {
        assert_eq!(get(&app, path.as_str().expect("a path")).status, 200, "{name}");
    }
}

#[test]
fn a_sandbox_shows_its_well_known_tokens_to_this_machine_alone() {
    let app = sandbox(Tokens::WellKnown);
    let answer = get(&app, "/docs/config.json");
    assert_eq!((answer.header("cache-control"), &answer.ok()["mode"]), ("no-store", &Value::from("sandbox")));
    let tokens = shown(&answer);
    assert_eq!(tokens.len(), 10);
    assert!(tokens.iter().any(|one| one["header"] == "Personal-Access-Token" && one["secret"] == "sandboxMessengerAlice00000000001"));
    let url = format!("{}/docs/config.json", app.base);
    assert_eq!(shown(&send(request("GET", &url).header("X-Forwarded-For", "192.0.2.7"))), [] as [Value; 0], "it was forwarded");
}

#[test]
fn an_exposed_sandbox_and_an_office_show_no_tokens() {
    assert_eq!(shown(&get(&sandbox(Tokens::Random), "/docs/config.json")), [] as [Value; 0]);
    let mut config = Config { ..TestOptions::default().config };
    config.server.public_url = Some("https://chat.example.org/".into());
    let office = TestApp::with(TestOptions { config, ..TestOptions::default() });
    let answer = get(&office, "/docs/config.json");
    assert_eq!(shown(&answer), [] as [Value; 0]);
    assert_eq!((&answer.ok()["mode"], &answer.ok()["base"]), (&Value::from("office"), &Value::from("https://chat.example.org")));
}

#[test]
fn texts_are_compressed_for_whoever_takes_it_and_known_again_either_way() {
    let app = TestApp::start();
    let ask = |path: &str, encoding: &str, tag: &str| {
        let request = request("GET", &format!("{}{path}", app.base)).header("accept-encoding", encoding);
        send(if tag.is_empty() { request } else { request.header("if-none-match", tag) })
    };
    for path in ["/docs/chatwork.json", "/assets/ui/components.css", "/docs/viewer/main.js"] {
        let (plain, packed) = (ask(path, "identity", ""), ask(path, "gzip", ""));
        assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "gzip"), "{path}");
        assert_eq!((plain.header("vary"), packed.header("vary")), ("accept-encoding", "accept-encoding"));
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed.bytes[..]), &mut unpacked).expect("gzip");
        assert!(unpacked == plain.bytes && packed.bytes.len() < plain.bytes.len() / 2, "{path}");
        assert_ne!(plain.header("etag"), packed.header("etag"));
        assert_eq!(ask(path, "gzip", packed.header("etag")).status, 304);
        assert_eq!(ask(path, "identity", plain.header("etag")).status, 304);
    }
    assert_eq!(ask("/assets/icon/ico_star.png", "gzip", "").header("content-encoding"), "");
}
