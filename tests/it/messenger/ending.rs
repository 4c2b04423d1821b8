//! Rooms that are to be deleted at a time.

use serde_json::json;

use crate::kit::{NOW_S, TestApp, TestOptions, number};

fn end_rooms(app: &TestApp) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(crosstalk::jobs::end_rooms(app.world.clone())).expect("ended rooms");
}

#[test]
fn a_room_goes_when_its_time_is_over_and_no_second_earlier() {
    let app = TestApp::start();
    let (messenger, office, bob) = (app.messenger(), app.organization("office"), app.chatwork("Bob"));
    let body = |name: &str, at| json!({"name": name, "organizationID": office, "assignedUsers": [bob.id()], "scheduledDeletion": at});
    let short = number(&messenger.create(&body("Short", json!(NOW_S + 60)))["id"]);
    let long = number(&messenger.create(&body("Long", json!(NOW_S + 120)))["id"]);
    let kept = number(&messenger.create(&body("Kept", json!(null)))["id"]);
    app.advance_s(59);
    end_rooms(&app);
    assert_eq!(messenger.room(short)["scheduledDeletion"], "2026-01-31T00:01:00Z");
    app.advance_s(1);
    end_rooms(&app);
    messenger.get(&format!("/chatrooms/{short}")).is_refused(404, "not_found");
    assert_eq!(bob.get(&format!("/rooms/{short}")).status, 403);
    assert!(bob.rooms().contains(&long) && bob.rooms().contains(&kept));
    app.advance_s(100_000);
    end_rooms(&app);
    assert!(!bob.rooms().contains(&long) && bob.rooms().contains(&kept));
}

#[test]
fn what_is_due_while_the_server_is_down_is_done_after_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = || TestOptions { dir: Some(folder.path().to_owned()), ..TestOptions::default() };
    let app = TestApp::with(options());
    let office = app.organization("office");
    let room = app.messenger().create(&json!({"name": "A", "organizationID": office, "scheduledDeletion": NOW_S + 60}));
    app.stop();
    let app = TestApp::with(options());
    assert_eq!(app.messenger().room(number(&room["id"]))["name"], "A");
    app.advance_s(61);
    end_rooms(&app);
    app.messenger().get(&format!("/chatrooms/{}", room["id"])).is_refused(404, "not_found");
    app.messenger().create(&json!({"name": "A", "organizationID": office}));
}
