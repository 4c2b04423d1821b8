//! `/conferences/{room_id}/sessions` and `/chats`.

use serde_json::json;

use crate::kit::TestApp;

#[test]
fn sessions_are_listed_and_told_in_detail() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("timezone", "Asia/Tokyo")]);
    let path = format!("/conferences/{id}/sessions");
    assert_eq!(office.get(&path).ok(), json!([]));
    let session = app.past_session(id);
    assert_eq!(
        office.get(&path).ok(),
        json!([{"id": session, "total_visitors": 2, "max_visitors": 2, "start_date": "2026-01-31T07:00:00+09:00", "end_date": "2026-01-31T08:00:00+09:00"}])
    );
    let mut detail = office.get(&format!("{path}/{session}")).ok();
    assert!(detail.get("id").is_none());
    let pdf = detail["pdf"].take();
    let languages: Vec<&String> = pdf.as_object().expect("languages").keys().collect();
    assert_eq!(languages, ["en", "pl", "ru", "de", "es", "ja", "vi"]);
    assert_eq!(
        pdf["pl"],
        json!({"generate_pdf_url": format!("{}/v1/conferences/{id}/sessions/{session}/generate-pdf/pl", app.base), "progress": 0})
    );
    let guest = &detail["attendees"][0];
    assert_eq!((&guest["login"], &guest["email"]), (&json!("Guest"), &json!("guest@example.com")), "latest arrival first");
    assert_eq!((&guest["start_date"], &guest["end_date"]), (&json!("2026-01-31T07:10:00+09:00"), &json!("2026-01-31T07:50:00+09:00")));
    office.get(&format!("{path}/1")).refused(404, "NOT_FOUND", "");
    office.get("/conferences/1/sessions").refused(404, "NOT_FOUND", "");
}

#[test]
fn attendees_come_with_device_rating_and_votes() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[]);
    let session = app.past_session(id);
    let attendees = office.list(&format!("/conferences/{id}/sessions/{session}/attendees"));
    let uid = attendees[0]["uid"].as_str().expect("a text of digits").to_owned();
    assert_eq!(
        attendees[0],
        json!({
            "uid": uid, "role": "listener", "nickname": "Guest", "email": "guest@example.com", "device": "Mozilla/5.0", "rating": "4",
            "rating_comment": "Nice.", "start_date": "2026-01-30T22:10:00+00:00", "end_date": "2026-01-30T22:50:00+00:00", "user_ip": "192.0.2.1",
            "polls": [{"name": "Lunch", "questions": [{"question": "Soup?", "answers": [{"points": 0, "value": "No"}]}]}]
        })
    );
    assert_eq!((&attendees[1]["rating"], &attendees[1]["role"], attendees[1].get("polls")), (&json!(null), &json!("host"), None));
}

#[test]
fn chats_are_listed_newest_first_with_the_local_time() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    assert_eq!(office.get("/chats").ok(), json!([]));
    let winter = office.create_id("Winter", &[("timezone", "America/St_Johns")]);
    let first = app.past_session(winter);
    let tokyo = office.create_id("Tokyo", &[("timezone", "Asia/Tokyo")]);
    let second = app.past_session(tokyo);
    assert_eq!(
        office.get("/chats").ok(),
        json!([
            {"id": second, "name": "Tokyo", "date": "2026-01-31", "time": "07:00 GMT+9", "timezone": "Asia/Tokyo", "download_link": format!("{}/v1/chats/{second}", app.base)},
            {"id": first, "name": "Winter", "date": "2026-01-30", "time": "18:30 GMT-3:30", "timezone": "America/St_Johns", "download_link": format!("{}/v1/chats/{first}", app.base)}
        ])
    );
}

#[test]
fn a_chat_is_downloaded_as_an_archive() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let session = app.past_session(office.create_id("Room", &[]));
    for path in [format!("/chats/{session}"), format!("/chats/{session}.json"), format!("/chats/{session}.xml")] {
        let archive = office.get(&path);
        assert_eq!((archive.status, archive.header("content-type")), (200, "application/zip"));
        let name = format!("attachment; filename=chat_history_{session}_20260130_220000.zip");
        assert_eq!(archive.header("content-disposition"), name);
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive.bytes)).expect("a ZIP");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("chat.csv").expect("a member"), &mut text).expect("UTF-8");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("\"January 30, 2026 10:05:00 PM\",host@example.com,Host,Hello"));
        assert_eq!(lines.next(), Some("\"January 30, 2026 10:11:00 PM\",guest@example.com,Guest,\"Say \"\"hi\"\", all\""));
    }
    app.clickmeeting("other").get(&format!("/chats/{session}")).refused(404, "NOT_FOUND", "");
    office.get("/chats/1").refused(404, "NOT_FOUND", "");
}

#[test]
fn a_report_is_asked_for_made_and_opened_without_a_key() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let room = office.create_id("Spotkanie 会議", &[]);
    let session = app.past_session(room);
    let path = format!("/conferences/{room}/sessions/{session}/generate-pdf");
    office.get(&format!("{path}/xx")).refused(404, "NOT_FOUND", "");
    assert_eq!(office.get(&format!("{path}/pl")).ok(), json!({"status": "NEW", "progress": 0}));
    app.make_reports();
    let done = office.get(&format!("{path}/PL")).ok();
    assert_eq!((&done["status"], &done["progress"]), (&json!("FINISHED"), &json!(100)), "{done}");
    let url = done["url"].as_str().expect("an address").to_owned();
    assert!(url.starts_with(&format!("{}/panel/pdf/pl/{session}/", app.base)), "{url}");
    let pdf = crate::kit::send(crate::kit::request("GET", &url));
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    let detail = office.get(&format!("/conferences/{room}/sessions/{session}")).ok();
    assert_eq!((&detail["pdf"]["pl"]["url"], &detail["pdf"]["en"]["progress"]), (&json!(url), &json!(0)));
    for wrong in [format!("{url}x"), url.replace("/pl/", "/en/"), url.replace(&session.to_string(), "1")] {
        assert_eq!(crate::kit::send(crate::kit::request("GET", &wrong)).status, 404, "{wrong}");
    }
}
