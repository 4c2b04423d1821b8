//! ClickMeeting: nobody else lists meetings, but the address of a quick call, which CAM gave out, leads into one.

use super::super::office::Office;
use super::{Shown, Untold, Write};
use crate::kit::{ClickMeeting, Operation, number, request, send};

const MEETINGS: &str = "a meeting's own: other dialects have no words for meetings";
const PEOPLE: &str = "people of a meeting: other dialects have no words for meetings";
const FILES: &str = "a library of its own: files of rooms are other files";

pub const WRITES: &[Write] = &[
    Write("post-conference", Untold("CAM names the calls it makes and lists none; others have no words for meetings")),
    Write("put-conference", Shown(put_conference)),
    Write("delete-conference", Shown(delete_conference)),
    Write("post-autologin-hash", Untold(PEOPLE)),
    Write("post-invitation", Untold(PEOPLE)),
    Write("post-tokens", Untold(PEOPLE)),
    Write("delete-tokens", Untold(PEOPLE)),
    Write("post-invitee-token", Untold(PEOPLE)),
    Write("generate-pdf", Untold(MEETINGS)),
    Write("post-registration", Untold(PEOPLE)),
    Write("delete-recordings", Untold(MEETINGS)),
    Write("delete-recording", Untold(MEETINGS)),
    Write("post-contact", Untold("an address book of its own: contacts of Chatwork are accounts that agreed")),
    Write("post-file", Untold(FILES)),
    Write("post-room-file", Untold(FILES)),
    Write("delete-file", Untold(FILES)),
    Write("post-availability", Untold("reads only: it says that a name would be free")),
];

/// A quick call of CAM: its address, and its number among the meetings.
fn quick_call(office: &Office) -> (ClickMeeting, String, String) {
    let made = office.cam.post("/createQuickCall", &[("expiredDate", ""), ("password", "tulip-9")]).ok();
    let meetings = office.app.clickmeeting("office");
    let id = number(&meetings.list("/conferences/active")[0]["id"]).to_string();
    (meetings, made["url"].as_str().expect("an address").to_owned(), id)
}

fn put_conference(office: &Office, operation: &Operation) {
    let (meetings, address, id) = quick_call(office);
    let page = || send(request("GET", &address)).text();
    assert!(page().contains("name=\"password\""));
    meetings.put(&operation.filled([("room_id", &*id)]), &[("name", "Standup"), ("access_type", "1")]).ok();
    assert!(page().contains("Standup") && !page().contains("name=\"password\""));
}

fn delete_conference(office: &Office, operation: &Operation) {
    let (meetings, address, id) = quick_call(office);
    assert_eq!(send(request("GET", &address)).status, 200);
    assert_eq!(meetings.delete(&operation.filled([("room_id", &*id)]), &[]).status, 200);
    assert_eq!(send(request("GET", &address)).status, 404);
}
