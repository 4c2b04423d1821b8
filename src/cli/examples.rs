//! Tests: every example of a document succeeds against a fresh sandbox, with the token that comes first there, and what it
//! shows is what comes.

use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use reqwest::blocking::multipart::{Form, Part};
use reqwest::blocking::{Client, Response};
use serde_json::Value;

use super::contract::{Contract, Operation, of};
use crate::app::{self, Settings};
use crate::config::{Config, Limits};
use crate::sandbox::{SeedFile, Tokens, seed, well_known_token};
use crate::store::{Clock, Durability, Entropy};
use crate::world::{Mode, World, WorldOptions};

/// APIs whose examples speak about the seeded sandbox.
const SEEDED: &[&str] = &["chatwork", "clickmeeting", "messenger", "cam", "chat-messages"];
/// What is another text in every answer: signatures, and what is drawn anew. It only has to be there.
const CHANGING: &[&str] = &[
    "download_url",
    "access_role_hashes",
    "recording_url",
    "recorder_list",
    "room_pin",
    "phone_presenter_pin",
    "phone_listener_pin",
    "widgets_hash",
    "autologin_hash",
    "autologin_hashes",
    "r",
    "url",
    // Drawn anew in every sandbox.
    "createUserId",
    "memberUids",
    "media",
    // It follows daylight saving.
    "timezone_offset",
];
/// Where the documents say that the server is.
const DOCUMENTED: &str = "http://127.0.0.1:8080";

/// A fresh sandbox, served until it is dropped.
struct Sandbox {
    base: String,
    stop: Option<Box<dyn FnOnce()>>,
    thread: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Sandbox {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = WorldOptions {
            mode: Some(Mode::Sandbox),
            durability: Durability::Off,
            clock: Clock::Real,
            entropy: Entropy::System,
            server_name: "sandbox".to_owned(),
            max_read_steps: None,
        };
        let world = World::open(&folder.path().join("world"), options).unwrap();
        seed(&world, Tokens::WellKnown, SeedFile::default()).unwrap();
        let mut config = Config::default();
        config.server.listen = vec![std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()];
        config.server.workers = Some(1);
        let (started, starting) = channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            tokio::task::LocalSet::new().block_on(&runtime, async move {
                let running = app::start(world, &Settings { config, limits: Limits::CountOnly, opens_admin: false, shown: Vec::new() })
                    .await
                    .unwrap();
                started.send((running.endpoints[0].address, running.handle())).unwrap();
                running.stopped().await.unwrap();
            });
        });
        let (address, handle) = starting.recv().unwrap();
        let stop: Box<dyn FnOnce()> = Box::new(move || drop(handle.stop(false)));
        Self { base: format!("http://{address}"), stop: Some(stop), thread: Some(thread), _folder: folder }
    }

    /// Sends an operation with its examples.
    fn call(&self, contract: &Contract, operation: &Operation) -> Response {
        let mut path = operation.path.clone();
        let mut query = Vec::new();
        for parameter in &operation.parameters {
            match parameter.is_in_path {
                true => path = path.replace(&format!("{{{}}}", parameter.name), &parameter.example),
                false => query.push((parameter.name.as_str(), parameter.example.as_str())),
            }
        }
        let verb = operation.verb.parse().unwrap();
        let mut request = Client::new().request(verb, format!("{}{}{path}", self.base, contract.prefix)).query(&query);
        let (header, dialect) = contract.way_in(operation);
        request = request.header(header, contract.credentials(well_known_token(dialect).unwrap()));
        if let Some(body) = &operation.json {
            request = request.json(body);
        }
        let fields = &operation.fields;
        if operation.is_multipart {
            let form = fields.iter().fold(Form::new(), |form, field| match field.is_file {
                true => form.part(field.name.clone(), Part::text(field.example.clone()).file_name("example.txt")),
                false => form.text(field.name.clone(), field.example.clone()),
            });
            request = request.multipart(form);
        } else if !fields.is_empty() {
            request = request.form(&fields.iter().map(|field| (&field.name, &field.example)).collect::<Vec<_>>());
        }
        request.send().unwrap()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let (Some(stop), Some(thread)) = (self.stop.take(), self.thread.take()) {
            stop();
            let _ = thread.join();
        }
    }
}

/// What a document says about a successful answer: one example, or several.
fn documented<'a>(document: &'a Value, operation: &Operation) -> Vec<&'a Value> {
    let answers = &described(document, operation)["responses"];
    let answer = ["200", "201"].into_iter().map(|status| &answers[status]).find(|answer| !answer.is_null()).unwrap();
    let answer = answer["$ref"].as_str().and_then(|path| document.pointer(path.trim_start_matches('#'))).unwrap_or(answer);
    let content = &answer["content"]["application/json"];
    let several = content["examples"].as_object().into_iter().flat_map(|examples| examples.values().map(|one| &one["value"]));
    content.get("example").into_iter().chain(several).collect()
}

/// An operation as its document has it.
fn described<'a>(document: &'a Value, operation: &Operation) -> &'a Value {
    &document["paths"][&operation.path][operation.verb.to_lowercase()]
}

/// Whether an answer has everything that its example shows; `changing` is what is another text every time.
fn shows(answer: &Value, example: &Value, changing: &[&str]) -> bool {
    match (answer, example) {
        (Value::Array(answer), Value::Array(example)) => example.iter().all(|one| answer.iter().any(|other| shows(other, one, changing))),
        (Value::Object(answer), Value::Object(example)) => {
            let is_shown = |(key, one): (&String, &Value)| {
                answer.get(key).is_some_and(|other| changing.contains(&key.as_str()) || shows(other, one, changing))
            };
            answer.len() == example.len() && example.iter().all(is_shown)
        }
        _ => answer == example,
    }
}

/// Sends an operation with its examples to a sandbox of its own; fails unless what comes is what the document shows.
fn check(contract: &Contract, document: &Value, operation: &Operation) {
    let sandbox = Sandbox::start();
    if let Some(earlier) = described(document, operation)["x-crosstalk-after"].as_str() {
        assert!(sandbox.call(contract, &contract.operation(earlier).unwrap()).status().is_success(), "{earlier}");
    }
    let answer = sandbox.call(contract, operation);
    let media_type = answer.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let (status, body) = (answer.status(), answer.bytes().unwrap());
    assert!(status.is_success(), "{}: {status} {}", operation.name, String::from_utf8_lossy(&body));
    assert_eq!(media_type.split(';').next(), Some(&*operation.answers_with), "{}", operation.name);
    if operation.answers_with != "application/json" {
        return;
    }
    let examples = documented(document, operation);
    assert!(!examples.is_empty(), "{}: {status}", operation.name);
    if operation.verb == "GET" || operation.name.starts_with("accept") {
        let body = String::from_utf8(body.to_vec()).unwrap().replace(&sandbox.base, DOCUMENTED);
        let answer: Value = serde_json::from_str(&body).unwrap();
        let own = described(document, operation)["x-crosstalk-changing"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let changing: Vec<&str> = CHANGING.iter().copied().chain(own).collect();
        assert!(examples.iter().any(|example| shows(&answer, example, &changing)), "{}: {answer:#}", operation.name);
    }
}

#[test]
fn every_documented_example_succeeds_in_a_fresh_sandbox() {
    for contract in SEEDED.iter().map(|name| of(name).unwrap()) {
        let document: Value = serde_saphyr::from_str(&contract.document()).unwrap();
        for operation in contract.operations().unwrap() {
            check(contract, &document, &operation);
        }
    }
}
