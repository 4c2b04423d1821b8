//! `/rooms/{room_id}/messages`

use crate::kit::TestApp;
use serde_json::json;

#[test]
fn a_posted_message_is_read_by_others() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let id = alice.say(room, "hello 日本");
    let listed = bob.get(&format!("/rooms/{room}/messages?force=1")).ok();
    assert_eq!(listed[1]["message_id"], json!(id));
    assert_eq!(listed[1]["body"], json!("hello 日本"));
    assert_eq!(bob.counters(room), (2, 0));
    bob.get(&format!("/rooms/{room}/messages")).no_content();
}
