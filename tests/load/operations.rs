//! What people and programs do all day, through each API.

use serde_json::{Value, json};

use super::data::FIRST;
use super::pairs::{BEARER, CAM, CHATWORK, CLICKMEETING, TEXT};
use super::worlds::{Made, PASSWORD};
use super::wrk::{FORM, JSON, Request, UNIQUE};

/// Bytes of a small upload.
const UPLOAD_BYTES: usize = 4_096;

/// An operation with the request that asks for it.
pub struct Operation {
    /// API and operation.
    pub name: &'static str,
    /// What is sent.
    pub request: Request,
}

/// Sessions that have to be begun over HTTP.
struct Sessions {
    /// The cookie of an administrator.
    admin: String,
    /// The header of a Matrix client.
    matrix: String,
}

/// Every operation on a world that is served at this address.
pub fn all(base: &str, world: &Made) -> Result<Vec<Operation>, Box<dyn std::error::Error>> {
    let sessions = sign_in(base, world)?;
    let chatwork = |path: String| Request::get(format!("/v2{path}"), CHATWORK, &world.chatwork);
    let clickmeeting = |path: &str| Request::get(format!("/v1{path}"), CLICKMEETING, &world.clickmeeting);
    let found = |path: String| Request::get(path, BEARER, &format!("Bearer {}", world.chat_messages));
    let messenger = |path: String| Request::get(format!("/api/v1{path}"), "API-TOKEN", &world.messenger);
    let admin = |path: &str| Request::get(format!("/admin/api{path}"), "Cookie", &sessions.admin);
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
        ("matrix whoami", Request::get("/_matrix/client/v3/account/whoami", BEARER, &sessions.matrix)),
        ("chat-messages find 50", found(format!("/chat-messages?room={}&%24limit=50&%24sort%5BcreatedAt%5D=-1", world.long_external))),
        ("chat-messages find 50 in all rooms", found("/chat-messages?%24limit=50&%24sort%5BcreatedAt%5D=-1".into())),
        ("chat-messages 20 rooms", found("/chat-rooms?%24limit=20".into())),
        ("admin overview", admin("/overview")),
        ("admin rooms", admin("/rooms?limit=50")),
        ("admin messages", admin("/messages?limit=50")),
        ("admin search, frequent word", admin("/messages?q=ordinary")),
        ("admin search, rare words", admin("/messages?q=kamori+ordinary")),
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
    ];
    Ok(reads.into_iter().chain(writes).map(|(name, request)| Operation { name, request }).collect())
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
    let given =
        client.get(format!("{base}/api/v1/matrix/credentials")).header("Personal-Access-Token", &world.messenger_personal).send()?;
    let given: Value = given.error_for_status()?.json()?;
    let user = json!({"type": "m.id.user", "user": given["username"]});
    let body = json!({"type": "m.login.password", "identifier": user, "password": given["password"]});
    let login: Value = client.post(format!("{base}/_matrix/client/v3/login")).json(&body).send()?.error_for_status()?.json()?;
    let access = login["access_token"].as_str().ok_or("no access token")?;
    Ok(Sessions { admin: cookie.split(';').next().unwrap_or_default().to_owned(), matrix: format!("Bearer {access}") })
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
