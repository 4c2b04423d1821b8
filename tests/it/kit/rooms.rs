//! What tests about rooms, people and invitations ask again and again.

use crosstalk::domain::{AccountProfile, Email};
use crosstalk::ops;
use crosstalk::store::Cause;
use serde_json::Value;

use super::{Answer, Chatwork, TestApp, number, request, send};

/// The fields of a form.
pub type Form<'a> = &'a [(&'a str, &'a str)];

/// People by role: administrators, members, read-only members.
pub type Roles<'a> = [&'a [&'a Chatwork]; 3];

/// Ids of people as a list in a form.
pub fn ids(people: &[&Chatwork]) -> String {
    people.iter().map(|person| person.id().to_string()).collect::<Vec<_>>().join(",")
}

impl Chatwork {
    /// A room as it stands alone.
    #[track_caller]
    pub fn room(&self, room: i64) -> Value {
        self.get(&format!("/rooms/{room}")).ok()
    }

    /// Ids of all rooms, in the order of the list.
    #[track_caller]
    pub fn rooms(&self) -> Vec<i64> {
        self.get("/rooms").ok().as_array().expect("a list").iter().map(|room| number(&room["room_id"])).collect()
    }

    /// Bodies of a room's messages, oldest first.
    #[track_caller]
    pub fn said(&self, room: i64) -> Vec<String> {
        let messages = self.get(&format!("/rooms/{room}/messages?force=1")).ok();
        messages.as_array().expect("a list").iter().map(|message| message["body"].as_str().expect("a body").to_owned()).collect()
    }

    /// Ids and roles of a room's members, in the order of the list.
    #[track_caller]
    pub fn members(&self, room: i64) -> Vec<(i64, String)> {
        let members = self.get(&format!("/rooms/{room}/members")).ok();
        let role = |member: &Value| (number(&member["account_id"]), member["role"].as_str().expect("a role").to_owned());
        members.as_array().expect("a list").iter().map(role).collect()
    }

    /// Gives the members of a room anew.
    pub fn put_members(&self, room: i64, roles: Roles<'_>) -> Answer {
        let [admins, members, readonly] = roles.map(ids);
        let form = [("members_admin_ids", &*admins), ("members_member_ids", &*members), ("members_readonly_ids", &*readonly)];
        self.put(&format!("/rooms/{room}/members"), &form)
    }

    /// Gives out a task to one person; gives its id.
    #[track_caller]
    pub fn give_task(&self, room: i64, to: &Chatwork, body: &str) -> i64 {
        let given = self.post(&format!("/rooms/{room}/tasks"), &[("body", body), ("to_ids", &to.id().to_string())]).ok();
        number(&given["task_ids"][0])
    }

    /// Uploads a file and asks for its link; gives both.
    #[track_caller]
    pub fn upload_linked(&self, room: i64, name: &str) -> (i64, String) {
        let file = number(&self.upload(room, name, b"content", None).ok()["file_id"]);
        let detail = self.get(&format!("/rooms/{room}/files/{file}?create_download_url=1")).ok();
        (file, detail["download_url"].as_str().expect("a link").to_owned())
    }

    /// Deletes a room or leaves it.
    pub fn end_room(&self, room: i64, action: &str) -> Answer {
        self.delete(&format!("/rooms/{room}"), &[("action_type", action)])
    }
}

impl TestApp {
    /// A successful answer as JSON with its keys in order, the changing part of addresses taken out.
    #[track_caller]
    pub fn shown(&self, answer: &Answer) -> String {
        let text = serde_json::to_string_pretty(&answer.ok()).expect("JSON");
        text.replace(&self.base, "BASE")
    }

    /// A path of the server that needs no token, as a browser opens it.
    pub fn open(&self, path: &str) -> Answer {
        send(request("GET", &format!("{}{path}", self.base)))
    }

    /// A form sent from a page.
    pub fn submit(&self, path: &str, form: Form<'_>) -> Answer {
        send(request("POST", &format!("{}{path}", self.base)).form(form))
    }

    /// Makes two people contacts, by first names: the second one accepts.
    pub fn befriend(&self, from: &str, to: &str) -> i64 {
        let request = self.request_contact(from, to, "");
        let accepted = self.chatwork(to).put(&format!("/incoming_requests/{request}"), &[]).ok();
        number(&accepted["room_id"])
    }

    /// Disables or enables a person, by first name.
    pub fn set_disabled(&self, name: &str, is_disabled: bool) {
        let email = Email::parse(&format!("{name}@example.com")).expect("an address");
        self.world
            .write_blocking(Cause::job("test"), move |tx| ops::accounts::set_user_disabled(tx, &email, is_disabled).map(|_| ()))
            .expect("a changed account");
    }

    /// Changes what a person tells about themselves, by first name.
    pub fn tell(&self, name: &str, change: impl Fn(&mut AccountProfile) + Send + 'static) {
        let email = format!("{name}@example.com").to_lowercase();
        self.world
            .write_blocking(Cause::job("test"), move |tx| {
                let people = [ops::accounts::list_users(tx, Some("office"))?, ops::accounts::list_users(tx, Some("other"))?].concat();
                let mut profile = people.into_iter().find(|person| person.email == email).expect("a person");
                change(&mut profile);
                ops::accounts::set_profile(tx, &profile)
            })
            .expect("a changed profile");
    }
}
