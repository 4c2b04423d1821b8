//! What people and programs do all day, through each API.

use serde_json::{Value, json};

use super::Done;
use super::data::FIRST;
use super::pairs::{BEARER, CAM, CHATWORK, CLICKMEETING, TEXT};
use super::worlds::{Made, PASSWORD};
use super::wrk::{FORM, JSON, Request, UNIQUE};

/// Bytes of a small upload.
const UPLOAD_BYTES: usize = 4_096;
/// Meeting rooms with walls, each of them reserved all day: what an office's own page shows.
const PLACES: usize = 20;

/// An operation with the request that asks for it.
pub struct Operation {
    /// API and operation.
    pub name: &'static str,
    /// What is sent.
    pub request: Request,
}

/// Sessions that have to be begun over HTTP.
struct Sessions {
    /// The cookie of an administrator, what changes have to carry beside it, and whose account it is.
    admin: String,
    proof: String,
    account: i64,
    /// The day on which the server stands, as the page writes it.
    today: String,
    /// The header of a Matrix client.
    matrix: String,
}

/// Every operation on a world that is served at this address.
pub fn all(base: &str, world: &Made) -> Result<Vec<Operation>, Box<dyn std::error::Error>> {
    let sessions = sign_in(base, world)?;
    furnish(base, &sessions)?;
    let chatwork = |path: String| Request::get(format!("/v2{path}"), CHATWORK, &world.chatwork);
    let clickmeeting = |path: &str| Request::get(format!("/v1{path}"), CLICKMEETING, &world.clickmeeting);
    let found = |path: String| Request::get(path, BEARER, &format!("Bearer {}", world.chat_messages));
    let messenger = |path: String| Request::get(format!("/api/v1{path}"), "API-TOKEN", &world.messenger);
    let admin = |path: &str| Request::get(format!("/admin/api{path}"), "Cookie", &sessions.admin);
    let matrix = |path: &str| Request::get(format!("/_matrix/client/v3{path}"), BEARER, &sessions.matrix);
    let cam = |path: &str| Request::get(path, CAM, &world.cam);
    let (long, crowd, shelf) = (world.long, world.crowd, world.shelf);
    let reads = [
        ("chatwork rooms", chatwork("/rooms".into())),
        ("chatwork status", chatwork("/my/status".into())),
        ("chatwork members of the largest room", chatwork(format!("/rooms/{crowd}/members"))),
        ("chatwork one message", chatwork(format!("/rooms/{long}/messages/{}", world.message))),
        ("chatwork 100 messages", chatwork(format!("/rooms/{long}/messages?force=1"))),
        ("chatwork files", chatwork(format!("/rooms/{shelf}/files"))),
        ("clickmeeting conferences, JSON", clickmeeting("/conferences/active")),
        ("clickmeeting conferences, XML", clickmeeting("/conferences/active.xml")),
        ("messenger chatrooms", messenger(format!("/chatrooms?organization_id={}&limit=50", world.organization))),
        ("messenger last chatrooms", messenger(format!("/chatrooms?organization_id={}&limit=5&offset=4", world.organization))),
        ("matrix whoami", matrix("/account/whoami")),
        ("matrix devices", matrix("/devices")),
        ("cam getConferenceRooms", cam("/getConferenceRooms")),
        ("cam getConferenceRoomStatus", cam("/getConferenceRoomStatus")),
        ("chat-messages find 50", found(format!("/chat-messages?room={}&%24limit=50&%24sort%5BcreatedAt%5D=-1", world.long_external))),
        ("chat-messages find 50 in all rooms", found("/chat-messages?%24limit=50&%24sort%5BcreatedAt%5D=-1".into())),
        ("chat-messages 20 rooms", found("/chat-rooms?%24limit=20".into())),
        ("admin overview", admin("/overview")),
        ("admin rooms", admin("/rooms?limit=50")),
        ("admin messages", admin("/messages?limit=50")),
        ("admin search, frequent word", admin("/messages?q=ordinary")),
        ("admin search, rare words", admin("/messages?q=kamori+ordinary")),
        ("admin search, a word nobody said", admin("/messages?q=zanzibar")),
        ("admin files", admin("/files?limit=50")),
    ];
    let writes = [
        ("chatwork post", form(chatwork(format!("/rooms/{}/messages", world.plain)), FORM, format!("body={}", TEXT.replace(' ', "+")))),
        ("chatwork upload of 4 KiB", upload(chatwork(format!("/rooms/{}/files", world.plain)))),
        (
            "cam sendMessage",
            Request::post(
                "/sendMessage",
                CAM,
                &world.cam,
                FORM,
                format!("message={{\"panelName\":\"{}\",\"message\":\"{TEXT}\"}}", world.plain_external),
            ),
        ),
        (
            "chat-messages post",
            form(found("/chat-messages".into()), JSON, format!("{{\"room\":\"{}\",\"text\":\"{TEXT}\"}}", world.plain_external)),
        ),
        (
            "messenger create a chatroom",
            form(messenger("/chatrooms".into()), JSON, format!("{{\"name\":\"Room {UNIQUE}\",\"organizationID\":{}}}", world.organization)),
        ),
        (
            "clickmeeting create a conference",
            form(clickmeeting("/conferences"), FORM, format!("name=Demo+{UNIQUE}&room_type=meeting&permanent_room=1&access_type=1")),
        ),
        (
            "admin create a room",
            form(sessions.change("/rooms"), JSON, format!("{{\"name\":\"Room {UNIQUE}\",\"admins\":[{}]}}", sessions.account)),
        ),
    ];
    Ok(reads.into_iter().chain(writes).map(|(name, request)| Operation { name, request }).collect())
}

impl Sessions {
    /// A change on the administration page.
    fn change(&self, path: &str) -> Request {
        let mut request = Request::get(format!("/admin/api{path}"), "Cookie", &self.admin);
        request.headers.push(("x-csrf-token".to_owned(), self.proof.clone()));
        request
    }
}

/// Brings meeting rooms and today's reservations into the world, where none are yet; a kept world may have them.
fn furnish(base: &str, sessions: &Sessions) -> Done {
    let client = reqwest::blocking::Client::new();
    for number in 0..PLACES {
        let name = format!("Meeting room {number}");
        let reservation = json!({"place": name, "first_day": sessions.today, "title": "All hands", "by": FIRST});
        for (path, body) in [("places", json!({"name": name, "group": "Ground floor", "capacity": 8})), ("reservations", reservation)] {
            let asked = client.post(format!("{base}/admin/api/{path}")).header("Cookie", &sessions.admin);
            let answer = asked.header("x-csrf-token", &sessions.proof).json(&body).send()?;
            // Taken is what it is in a world that an earlier run furnished.
            if answer.status() != reqwest::StatusCode::CONFLICT {
                answer.error_for_status()?;
            }
        }
    }
    Ok(())
}

fn form(request: Request, content_type: &str, body: String) -> Request {
    Request { body: Some((content_type.to_owned(), body)), ..request }
}

/// A file whose content nobody sent before.
fn upload(request: Request) -> Request {
    let content = format!("{UNIQUE:<UPLOAD_BYTES$}");
    let head = "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"notes.txt\"\r\nContent-Type: text/plain\r\n\r\n";
    form(request, "multipart/form-data; boundary=line", format!("{head}{content}\r\n--line--\r\n"))
}

fn sign_in(base: &str, world: &Made) -> Result<Sessions, Box<dyn std::error::Error>> {
    let client = reqwest::blocking::Client::new();
    let greeted = client.post(format!("{base}/admin/api/session")).json(&json!({"email": FIRST, "password": PASSWORD})).send()?;
    let cookie = greeted.error_for_status()?.headers().get("set-cookie").ok_or("no cookie")?.to_str()?.to_owned();
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let session = client.get(format!("{base}/admin/api/session")).header("Cookie", &cookie).send()?.error_for_status()?;
    let session: Value = session.json()?;
    let told = |name: &'static str| session[name].as_str().ok_or(format!("the session has no {name}"));
    let (proof, today) = (told("csrf_token")?.to_owned(), told("now")?.chars().take(10).collect());
    let account = session["account_id"].as_i64().ok_or("the session has no account")?;
    let given =
        client.get(format!("{base}/api/v1/matrix/credentials")).header("Personal-Access-Token", &world.messenger_personal).send()?;
    let given: Value = given.error_for_status()?.json()?;
    let user = json!({"type": "m.id.user", "user": given["username"]});
    let body = json!({"type": "m.login.password", "identifier": user, "password": given["password"]});
    let login: Value = client.post(format!("{base}/_matrix/client/v3/login")).json(&body).send()?.error_for_status()?.json()?;
    let access = login["access_token"].as_str().ok_or("no access token")?;
    Ok(Sessions { admin: cookie, proof, account, today, matrix: format!("Bearer {access}") })
}

/// What a server answers to a request: content type and bytes.
pub fn ask(base: &str, request: &Request) -> Result<(String, Vec<u8>), Box<dyn std::error::Error>> {
    let (client, url) = (reqwest::blocking::Client::new(), format!("{base}{}", request.path));
    let mut asked = match &request.body {
        None => client.get(url),
        Some((content_type, body)) => client.post(url).header("content-type", content_type).body(body.replace(UNIQUE, "first")),
    };
    for (name, value) in &request.headers {
        asked = asked.header(name, value);
    }
    let answer = asked.send()?;
    if !answer.status().is_success() {
        return Err(format!("{} answered {}: {}", request.path, answer.status(), answer.text()?).into());
    }
    let content_type = answer.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    Ok((content_type, answer.bytes()?.to_vec()))
}
