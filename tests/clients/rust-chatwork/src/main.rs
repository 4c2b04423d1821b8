//! Sends requests to a sandbox and decodes the raw answers with the models of the crate `chatwork`, in which every
//! field is required and typed.

use std::future::Future;

use chatwork::v2::rooms::{Role, Type};
use chatwork::v2::{TaskLimit, TaskStatus};
use reqwest::Method;
use reqwest::blocking::multipart::{Form, Part};
use reqwest::blocking::{Client, RequestBuilder};
use serde::de::DeserializeOwned;

struct Session {
    url: String,
    token: String,
    http: Client,
    service: chatwork::v2::Service,
}

impl Session {
    fn new(token: &str) -> Self {
        let token = std::env::var(token).expect("a token");
        let url = std::env::var("CROSSTALK_URL").expect("an address") + "/v2";
        Self { url, http: Client::new(), service: chatwork::Client::new(&token).v2(), token }
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().expect("a verb");
        self.http.request(method, format!("{}{path}", self.url)).header("X-ChatWorkToken", &self.token)
    }

    /// Decodes the answer to a request into what a call of the crate would give. The call itself is never run.
    fn decode<T: DeserializeOwned>(&self, _call: impl Future<Output = chatwork::Result<T>>, request: RequestBuilder) -> T {
        let answer = request.send().expect("an answer");
        let (path, status, body) = (answer.url().path().to_owned(), answer.status(), answer.text().expect("a body"));
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}: {body}"))
    }

    fn get<T: DeserializeOwned>(&self, call: impl Future<Output = chatwork::Result<T>>, path: &str) -> T {
        self.decode(call, self.request("GET", path))
    }

    fn send<T: DeserializeOwned>(
        &self,
        call: impl Future<Output = chatwork::Result<T>>,
        method: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> T {
        self.decode(call, self.request(method, path).form(form))
    }
}

fn main() {
    let alice = Session::new("TOKEN");
    let bob = Session::new("TOKEN_OF_BOB");
    let all = &alice.service;
    let rooms = all.rooms();

    let me = alice.get(all.me().get(), "/me");
    let bobs_id = bob.get(all.me().get(), "/me").account_id;
    let contacts = alice.get(all.contacts().list(), "/contacts");
    assert_eq!(contacts.iter().map(|contact| contact.account_id).collect::<Vec<_>>(), [bobs_id]);
    let status = alice.get(all.my().status().get(), "/my/status");
    let list = chatwork::v2::my::tasks::List::default();
    assert_eq!(alice.get(all.my().tasks().list(&list), "/my/tasks").len() as i64, status.mytask_num);

    let listed = alice.get(rooms.list(), "/rooms");
    assert_eq!(listed.iter().map(|room| room.unread_num).sum::<i64>(), status.unread_num);
    assert!([Type::My, Type::Direct, Type::Group].iter().all(|kind| listed.iter().any(|room| room.r#type == *kind)));
    let create = chatwork::v2::rooms::Create {
        name: "",
        members_admin_ids: chatwork::v2::List(&[]),
        members_member_ids: None,
        members_readonly_ids: None,
        description: None,
        icon_preset: None,
        link: None,
        link_code: None,
        link_need_acceptance: None,
    };
    let (own, other) = (me.account_id.to_string(), bobs_id.to_string());
    let form = [("name", "Pandas"), ("members_admin_ids", &*own), ("members_member_ids", &*other)];
    let room = alice.send(rooms.create(&create), "POST", "/rooms", &form).room_id;
    let path = format!("/rooms/{room}");
    assert_eq!(alice.get(rooms.get(room), &path).role, Role::Admin);
    assert_eq!(alice.send(rooms.update(room, &Default::default()), "PUT", &path, &[("name", "Bears")]).room_id, room);

    let members = rooms.members(room);
    let path_of = |rest: &str| format!("{path}/{rest}");
    assert_eq!(alice.get(members.list(), &path_of("members")).len(), 2);
    let update = chatwork::v2::rooms::members::Update {
        members_admin_ids: chatwork::v2::List(&[]),
        members_member_ids: None,
        members_readonly_ids: None,
    };
    let form = [("members_admin_ids", &*format!("{own},{other}"))];
    assert_eq!(alice.send(members.update(&update), "PUT", &path_of("members"), &form).admin, [me.account_id, bobs_id]);

    let messages = rooms.messages(room);
    let posted = alice.send(messages.create(&Default::default()), "POST", &path_of("messages"), &[("body", "hello 日本")]);
    let news = bob.get(messages.list(&Default::default()), &path_of("messages"));
    assert_eq!(news.last().map(|message| &message.message_id), Some(&posted.message_id));
    let one = path_of(&format!("messages/{}", posted.message_id));
    assert_eq!(bob.get(messages.get(&posted.message_id), &one).body, "hello 日本");
    let form = [("message_id", &*posted.message_id)];
    assert_eq!(bob.send(messages.read().update(&Default::default()), "PUT", &path_of("messages/read"), &form).unread_num, 0);
    assert_eq!(bob.send(messages.unread().update(&Default::default()), "PUT", &path_of("messages/unread"), &form).unread_num, 1);
    assert_eq!(alice.send(messages.update("", &Default::default()), "PUT", &one, &[("body", "changed")]), posted);
    assert_eq!(alice.send(messages.delete(""), "DELETE", &one, &[]), posted);

    let tasks = rooms.tasks(room);
    let form = [("body", "Feed"), ("to_ids", &*other), ("limit", "1900000000"), ("limit_type", "date")];
    let id = alice.send(tasks.create(&Default::default()), "POST", &path_of("tasks"), &form).task_ids[0];
    assert_eq!(bob.get(tasks.list(&Default::default()), &path_of("tasks"))[0].task_id, id);
    let task = bob.get(tasks.get(id), &path_of(&format!("tasks/{id}")));
    assert_eq!((task.account.account_id, task.limit_type, task.status), (bobs_id, TaskLimit::Date, TaskStatus::Open));

    let files = rooms.files(room);
    let form = Form::new().part("file", Part::bytes(b"content".to_vec()).file_name("bears.txt")).text("message", "Look");
    let upload = chatwork::v2::rooms::files::Create::new(chatwork::File::text("bears.txt", "").expect("a file"));
    let file = alice.decode(files.create(upload), alice.request("POST", &path_of("files")).multipart(form)).file_id;
    let listed = bob.get(files.list(&Default::default()), &path_of("files"));
    assert_eq!(listed.iter().map(|file| (file.file_id, file.filesize)).collect::<Vec<_>>(), [(file, 7)]);
    let detail = bob.get(files.get(file, &Default::default()), &path_of(&format!("files/{file}?create_download_url=1")));
    assert!(detail.download_url.is_some_and(|link| link.starts_with("http")));

    let link = rooms.link(room);
    assert!(!alice.get(link.get(), &path_of("link")).public);
    let made = alice.send(link.create(&Default::default()), "POST", &path_of("link"), &[("code", "bears-42"), ("description", "Come in")]);
    assert_eq!((made.public, made.need_acceptance, made.description.as_deref()), (true, Some(true), Some("Come in")));
    assert_eq!(
        alice.send(link.update(&Default::default()), "PUT", &path_of("link"), &[("need_acceptance", "0")]).need_acceptance,
        Some(false)
    );
    assert!(!alice.send(link.delete(), "DELETE", &path_of("link"), &[]).public);

    let requests = all.incoming_requests();
    let asked = alice.get(requests.list(), "/incoming_requests");
    let first = asked[0].request_id;
    // The crate wants the number of the request back, which the vendor does not document.
    assert_eq!(alice.send(requests.update(first), "PUT", &format!("/incoming_requests/{first}"), &[]).request_id, first);
}
