//! Every operation in every format: the same tree, success and failure, written otherwise.

use std::collections::BTreeSet;

use crosstalk::dialects::clickmeeting::ClickMeeting;
use crosstalk::web::{Dialect, Format, JsonStyle};
use serde_json::Value;

use crate::kit::{Answer, Contract, Form, TestApp, request, send};

/// Operations that answer with bytes, whatever the extension says.
const DOWNLOADS: [&str; 2] = ["get-chat", "download-file"];

/// What one walk through all operations brought: name and answer.
type Walk = Vec<(String, Answer)>;

/// A call: verb, path and form.
type Step<'a> = (&'a str, &'a str, Form<'a>);

/// Calls every operation with an extension, in a world that is the same each time.
fn walk(extension: &str) -> (Walk, String) {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let room = office.create_id("Spring <&> démo \u{1}", &[("registration[enabled]", "1"), ("timezone", "Europe/Warsaw")]);
    let guarded = office.create_id("Guarded", &[("access_type", "3")]);
    let (session, recording) = (app.past_session(room), app.recording(room, b"film"));
    app.recording(room, b"another");
    let (of_room, of_guarded, of_session) =
        (format!("/conferences/{room}"), format!("/conferences/{guarded}"), format!("/conferences/{room}/sessions/{session}"));
    let mut walk = Vec::new();
    let mut note = |method: &str, path: &str, answer: Answer| {
        let (contract, _) = Contract::of_path("/v1/").expect("a contract");
        let operation = contract.document.find(method, path).first().map_or("", |operation| &operation.id).to_owned();
        walk.push((operation, answer));
    };
    let uploads = ["/file-library".to_owned(), format!("/file-library/conferences/{room}")];
    let files: Vec<i64> = [&uploads[0], &uploads[0]]
        .iter()
        .map(|path| office.upload(path, "star.png", b"\x89PNG\r\n\x1a\n").ok()["id"].as_i64().expect("an id"))
        .collect();
    for path in &uploads {
        note("POST", path, office.upload(&format!("{path}.{extension}"), "Zażółć \"x\".txt", b"text"));
    }
    let steps: &[Step<'_>] = &[
        ("GET", "/ping", &[]),
        (
            "POST",
            "/conferences",
            &[("name", "New"), ("room_type", "webinar"), ("permanent_room", "0"), ("access_type", "2"), ("password", "p")],
        ),
        ("POST", "/conferences", &[("name", "")]),
        ("GET", "/conferences", &[]),
        ("GET", "/conferences/inactive", &[]),
        ("GET", "/conferences/active", &[]),
        ("GET", "/conferences/skins", &[]),
        ("GET", "/conferences/recordings", &[]),
        ("GET", &of_room, &[]),
        ("PUT", &of_room, &[("lobby_description", "<b>\n]]>")]),
        ("PUT", &of_room, &[("duration", "25:00"), ("permanent_room", "0")]),
        ("POST", &format!("{of_room}/room/autologin_hash"), &[("email", "a@x.example"), ("nickname", "Ada"), ("role", "host")]),
        ("POST", &format!("{of_room}/room/autologin_hash"), &[("email", "a@x.example")]),
        ("POST", &format!("{of_guarded}/tokens"), &[("how_many", "2")]),
        ("POST", &format!("{of_guarded}/tokens"), &[("how_many", "1001")]),
        ("POST", &format!("{of_guarded}/invitation/email/pl"), &[("attendees[][email]", "a@x.example")]),
        ("POST", &format!("{of_guarded}/invitation/email/pl"), &[]),
        ("GET", &format!("{of_guarded}/tokens"), &[]),
        ("POST", &format!("{of_guarded}/token"), &[("email", "a@x.example")]),
        ("POST", &format!("{of_guarded}/token"), &[("email", "b@x.example")]),
        ("DELETE", &format!("{of_guarded}/tokens"), &[("tokens[]", "NOBODY")]),
        ("DELETE", &format!("{of_guarded}/tokens"), &[]),
        ("GET", &format!("{of_room}/sessions"), &[]),
        ("GET", &of_session, &[]),
        ("GET", &format!("{of_session}/attendees"), &[]),
        ("GET", &format!("{of_session}/registrations"), &[]),
        ("GET", &format!("{of_session}/registrations/all"), &[]),
        ("GET", &format!("{of_room}/sessions{session}/registrations/all"), &[]),
        ("GET", &format!("{of_session}/generate-pdf/pl"), &[]),
        ("GET", &format!("{of_session}/generate-pdf/xx"), &[]),
        (
            "POST",
            &format!("{of_room}/registration"),
            &[("registration[1]", "Ada"), ("registration[3]", "a@x.example"), ("registration[10]", "<&>")],
        ),
        ("POST", &format!("{of_room}/registration"), &[("registration", "[object Object]")]),
        ("GET", &format!("{of_room}/registrations"), &[]),
        ("GET", &format!("{of_room}/registrations/active"), &[]),
        ("GET", &format!("{of_room}/registrations/other"), &[]),
        ("GET", &format!("{of_room}/recordings"), &[]),
        ("DELETE", &format!("{of_room}/recordings/{recording}"), &[]),
        ("DELETE", &format!("{of_room}/recordings/{recording}"), &[]),
        ("DELETE", &format!("{of_room}/recordings"), &[]),
        ("POST", "/contacts", &[("email", "a@x.example"), ("firstname", "Ada"), ("lastname", "L")]),
        ("POST", "/contacts", &[("email", "a@x.example"), ("country", "POL")]),
        ("GET", "/time_zone_list", &[]),
        ("GET", "/time_zone_list/us", &[]),
        ("GET", "/phone_gateways", &[]),
        ("GET", "/file-library", &[]),
        ("GET", &uploads[1], &[]),
        ("POST", "/file-library", &[]),
        ("GET", &format!("/file-library/{}", files[0]), &[]),
        ("DELETE", &format!("/file-library/{}", files[0]), &[]),
        ("GET", &format!("/file-library/{}", files[0]), &[]),
        ("GET", "/chats", &[]),
        ("POST", "/conference/availability", &[("start_time", "2031-06-01 09:00:00"), ("duration", "2"), ("id", "0")]),
        ("POST", "/conference/availability", &[("duration", "x")]),
        ("POST", "/ping", &[]),
        ("DELETE", &of_guarded, &[]),
        ("DELETE", &of_guarded, &[]),
        ("GET", &format!("{of_guarded}/tokens"), &[]),
        ("GET", "/nowhere", &[]),
    ];
    for (method, path, form) in steps {
        note(method, path, send(office.request(method, &format!("{path}.{extension}")).form(form)));
    }
    note("GET", "/ping", send(request("GET", &format!("{}/v1/ping.{extension}", app.base))));
    (walk, app.base.clone())
}

#[test]
fn every_operation_answers_the_same_in_every_format() {
    let (plain, plain_base) = walk("json");
    let called: BTreeSet<&str> = plain.iter().filter(|(_, answer)| answer.status == 200).map(|(operation, _)| operation.as_str()).collect();
    let missing: Vec<&str> = ClickMeeting::ENDPOINTS
        .iter()
        .map(|endpoint| endpoint.operation)
        .filter(|name| !called.contains(name) && !DOWNLOADS.contains(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    for (extension, format, content_type) in [
        ("xml", Format::Xml, "application/xml; charset=utf-8"),
        ("js", Format::Js, "application/javascript; charset=utf-8"),
        ("php", Format::Php, "application/vnd.php.serialized"),
        ("printr", Format::PrintR, "text/plain; charset=utf-8"),
    ] {
        let (other, base) = walk(extension);
        for ((operation, expected), (_, found)) in plain.iter().zip(&other) {
            let text = expected.text().replace(&plain_base, &base);
            let tree: Value = serde_json::from_str(&text).expect("JSON");
            let written = format.render(JsonStyle::Utf8, &tree).expect("bytes");
            assert_eq!((found.status, found.header("content-type")), (expected.status, content_type), "{operation}.{extension}");
            assert_eq!(found.text(), String::from_utf8(written).expect("UTF-8"), "{operation}.{extension}");
        }
    }
}
