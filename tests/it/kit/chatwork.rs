//! A client of the Chatwork dialect, as plain as `curl`.

use std::sync::LazyLock;

use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::Value;

use super::{Answer, DOCUMENT, ids};

static CLIENT: LazyLock<Client> =
    LazyLock::new(|| Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client"));

/// One account's way in.
#[derive(Clone, Debug)]
pub struct Chatwork {
    base: String,
    /// The secret.
    pub token: String,
}

impl Chatwork {
    /// With a token.
    pub fn new(base: &str, token: &str) -> Self {
        Self { base: base.to_owned(), token: token.to_owned() }
    }

    /// Any request below `/v2`, with the token.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        request(method, &format!("{}/v2{path}", self.base)).header("X-ChatWorkToken", &self.token)
    }

    /// GET.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        send(self.request("GET", path))
    }

    /// POST of a form.
    #[track_caller]
    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        send(self.request("POST", path).form(form))
    }

    /// PUT of a form.
    #[track_caller]
    pub fn put(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        send(self.request("PUT", path).form(form))
    }

    /// DELETE with a form.
    #[track_caller]
    pub fn delete(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        send(self.request("DELETE", path).form(form))
    }

    /// Account id.
    pub fn id(&self) -> i64 {
        number(&self.get("/me").ok()["account_id"])
    }

    /// Id of the room for notes.
    pub fn own_room(&self) -> i64 {
        number(&self.get("/me").ok()["room_id"])
    }

    /// Makes a group of which the caller is administrator; gives its id.
    pub fn create_room(&self, name: &str, members: &[&Chatwork], readonly: &[&Chatwork]) -> i64 {
        let form = [
            ("name", name),
            ("members_admin_ids", &self.id().to_string()),
            ("members_member_ids", &ids(members)),
            ("members_readonly_ids", &ids(readonly)),
        ];
        number(&self.post("/rooms", &form).ok()["room_id"])
    }

    /// Posts a message; gives its id.
    #[track_caller]
    pub fn say(&self, room: i64, body: &str) -> String {
        let posted = self.post(&format!("/rooms/{room}/messages"), &[("body", body)]).ok();
        posted["message_id"].as_str().expect("a message id").to_owned()
    }

    /// Uploads a file.
    #[track_caller]
    pub fn upload(&self, room: i64, name: &str, content: &[u8], message: Option<&str>) -> Answer {
        let part = reqwest::blocking::multipart::Part::bytes(content.to_vec()).file_name(name.to_owned());
        let mut form = reqwest::blocking::multipart::Form::new().part("file", part);
        if let Some(message) = message {
            form = form.text("message", message.to_owned());
        }
        send(self.request("POST", &format!("/rooms/{room}/files")).multipart(form))
    }

    /// Replaces the members of a room whose only administrator the caller is and stays.
    #[track_caller]
    pub fn set_members(&self, room: i64, members: &[&Chatwork], readonly: &[&Chatwork]) {
        let form = [
            ("members_admin_ids", &*self.id().to_string()),
            ("members_member_ids", &ids(members)),
            ("members_readonly_ids", &ids(readonly)),
        ];
        self.put(&format!("/rooms/{room}/members"), &form).ok();
    }

    /// The entries of a list; none when it answers 204.
    #[track_caller]
    pub fn list(&self, path: &str) -> Vec<Value> {
        let answer = self.get(path);
        if answer.status == 204 {
            return Vec::new();
        }
        answer.ok().as_array().expect("a list").clone()
    }

    /// Makes an accepted contact of another; gives their direct room. `app` sends the request, by first names.
    pub fn befriend(&self, app: &super::TestApp, from: &str, to: &str) -> i64 {
        let request = app.request_contact(from, to, "");
        number(&self.put(&format!("/incoming_requests/{request}"), &[]).ok()["room_id"])
    }

    /// Unread messages and mentions of a room, as its detail shows them.
    pub fn counters(&self, room: i64) -> (i64, i64) {
        let room = self.get(&format!("/rooms/{room}")).ok();
        (number(&room["unread_num"]), number(&room["mention_num"]))
    }
}

/// Any request, without a token.
pub fn request(method: &str, url: &str) -> RequestBuilder {
    CLIENT.request(Method::from_bytes(method.as_bytes()).expect("a verb"), url)
}

/// Sends a request and reads the answer, which has to be as documented when it comes from the dialect.
#[track_caller]
pub fn send(request: RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    let request = request.expect("a request");
    let (method, url) = (request.method().clone(), request.url().clone());
    let answer = Answer::read(client.execute(request).expect("an answer"));
    if let Some(path) = url.path().strip_prefix("/v2/") {
        DOCUMENT.check(method.as_str(), &format!("/{path}?{}", url.query().unwrap_or_default()), &answer);
    }
    answer
}

/// A JSON number.
#[track_caller]
pub fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("not a number: {value}"))
}
