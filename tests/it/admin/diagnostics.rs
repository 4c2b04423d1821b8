//! Diagnostics.

use crosstalk::config::{ServerConfig, TlsMode};
use crosstalk::domain::MailState;
use crosstalk::tls::{Certificate, SOON_MS, authority_in, server_certificate_in};
use serde_json::json;

use super::works::finished;
use crate::kit::{TestApp, TestOptions};

#[test]
fn what_is_quickly_found_out_is_told() {
    let app = TestApp::start();
    let admin = app.admin();
    let seen = admin.get("/diagnostics").ok();
    for (name, state) in [
        ("schema", "good"),
        ("backup", "warning"),
        ("clock", "good"),
        ("certificates", "good"),
        ("requests", "good"),
        ("mail", "good"),
        ("search", "good"),
        ("database", "unknown"),
        ("audit", "unknown"),
    ] {
        assert_eq!(seen["checks"][name], state, "{name}");
    }
    assert_eq!((&seen["protection"]["by"], &seen["protection"]["certificate_until"]), (&json!("off"), &json!(null)));
    assert!(seen["storage"]["disk_bytes"].as_i64() > Some(0) && seen["schema"].as_i64() > Some(0));
    super::outbox::put(&app, "first@example.org", MailState::Failed);
    let seen = admin.get("/diagnostics").ok();
    assert_eq!((&seen["checks"]["mail"], &seen["mails_failed"]), (&json!("warning"), &json!(1)));
}

#[test]
fn what_protects_connections_is_told_with_its_end() {
    let app = TestApp::with(with_tls(|server| server.tls = TlsMode::SelfSigned));
    let admin = app.admin();
    let seen = admin.get("/diagnostics").ok();
    let certificate = |found: Result<Option<Certificate>, String>| found.expect("readable").expect("a certificate");
    let (authority, own) = (certificate(authority_in(app.world.dir())), certificate(server_certificate_in(app.world.dir())));
    assert_eq!(
        seen["protection"],
        json!({
            "by": "self-signed", "certificate_until": own.until.to_string(), "renewed_at": own.until.plus_ms(-SOON_MS).to_string(),
            "authority_until": authority.until.to_string(), "fingerprint": authority.fingerprint
        })
    );
    assert_eq!(seen["checks"]["certificates"], "good");
}

#[test]
fn a_certificate_in_files_that_ends_or_went_away_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let (cert, key) = (folder.path().join("chat.pem"), folder.path().join("chat.key"));
    let made = rcgen::generate_simple_self_signed(["chat.example.org".to_owned()]).expect("a certificate");
    std::fs::write(&cert, made.cert.pem()).expect("a file");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("a file");
    let options = with_tls(|server| (server.tls, server.tls_cert, server.tls_key) = (TlsMode::Files, Some(cert.clone()), Some(key)));
    let app = TestApp::with(options);
    let admin = app.admin();
    let seen = admin.get("/diagnostics").ok();
    let told = &seen["protection"];
    assert_eq!((&told["by"], &told["renewed_at"], &told["authority_until"]), (&json!("files"), &json!(null), &json!(null)));
    assert!(told["fingerprint"].as_str().is_some_and(|print| print.len() == 95) && seen["checks"]["certificates"] == "good", "{seen}");
    std::fs::remove_file(&cert).expect("no file any more");
    let seen = admin.get("/diagnostics").ok();
    assert_eq!((&seen["protection"]["by"], &seen["checks"]["certificates"]), (&json!("files"), &json!("bad")), "{seen}");
}

fn with_tls(set: impl FnOnce(&mut ServerConfig)) -> TestOptions {
    let mut options = TestOptions::default();
    set(&mut options.config.server);
    options
}

#[test]
fn the_database_is_looked_through_on_demand() {
    let app = TestApp::start();
    let admin = app.admin();
    let work = finished(&admin, &admin.bare("POST", "/diagnostics/database").json());
    assert_eq!((&work["kind"], &work["state"]), (&json!("database-check"), &json!("done")));
    assert_eq!(admin.get("/diagnostics").ok()["checks"]["database"], "good");
}

#[test]
fn the_search_index_is_made_anew_and_one_sees_how_far_it_is() {
    let app = TestApp::start();
    let admin = app.admin();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    alice.post(&format!("/rooms/{room}/messages"), &[("body", "hello")]).ok();
    admin.bare("POST", "/search/reindexing").ok();
    let started = std::time::Instant::now();
    let progress = loop {
        let search = admin.get("/diagnostics").ok()["search"].clone();
        if search["done"] == search["total"] || started.elapsed().as_secs() > 20 {
            break search;
        }
    };
    assert!(progress["total"].as_i64() >= Some(1) && progress["done"] == progress["total"], "{progress}");
}
