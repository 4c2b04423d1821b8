//! `/conferences/recordings` and `/conferences/{room_id}/recordings`.

use serde_json::json;

use crate::kit::{TestApp, TestOptions, request, send};

#[test]
fn recordings_are_listed_downloaded_without_a_key_and_deleted() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[]);
    let path = format!("/conferences/{id}/recordings");
    assert_eq!(office.get(&path).ok(), json!([]));
    let (first, second) = (app.recording(id, b"a film"), app.recording(id, b"another film"));
    let mut listed = office.list(&path);
    let link = listed[0]["recording_url"].take();
    assert_eq!(
        listed[0],
        json!({"id": first, "recording_url": null, "recording_duration": 60, "recorder_started": "2026-01-30 23:00:00",
               "recorder_start_date": "2026-01-30T23:00:00+00:00", "recording_file_size": 6, "recording_name": "Room"})
    );
    let link = link.as_str().expect("a link").to_owned();
    assert_eq!(office.room(id)["recorder_list"][0], json!(link));
    let film = send(request("GET", &link));
    assert_eq!((film.status, film.bytes.as_slice(), film.header("content-type")), (200, &b"a film"[..], "video/mp4"));
    assert_eq!(send(request("GET", &link).header("Range", "bytes=2-")).bytes, b"film");

    let all = office.list("/conferences/recordings");
    assert_eq!((all.len(), &all[1]["id"], &all[1]["conference_id"]), (2, &json!(second), &json!(id)));

    assert_eq!(office.delete(&format!("{path}/{first}"), &[]).ok(), json!({"STATUS": "OK"}));
    office.delete(&format!("{path}/{first}"), &[]).refused(404, "NOT_FOUND", "");
    assert_eq!(send(request("GET", &link)).status, 404);
    assert_eq!(office.delete(&path, &[]).ok(), json!({"STATUS": "OK"}));
    assert!(office.list(&path).is_empty() && office.room(id)["recorder_list"] == json!([]));
}

#[test]
fn a_link_ends_after_a_day_and_can_not_be_made_up() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[]);
    app.recording(id, b"a film");
    let link = office.list("/conferences/recordings")[0]["recording_url"].as_str().expect("a link").to_owned();
    for wrong in [link.replace("st=", "st=x"), link.replace("e=1", "e=2"), link.split('?').next().expect("a path").to_owned()] {
        assert_eq!(send(request("GET", &wrong)).status, 403, "{wrong}");
    }
    app.advance_s(24 * 3_600 + 1);
    assert_eq!(send(request("GET", &link)).status, 403);
    let fresh = office.list("/conferences/recordings")[0]["recording_url"].as_str().expect("a link").to_owned();
    assert_eq!(send(request("GET", &fresh)).status, 200);
}

#[test]
fn sizes_may_be_texts_for_clients_that_insist() {
    let mut options = TestOptions::default();
    options.config.clickmeeting.sizes_are_texts = true;
    let app = TestApp::with(options);
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[]);
    app.recording(id, b"a film");
    assert_eq!(office.list("/conferences/recordings")[0]["recording_file_size"], json!("6"));
}
