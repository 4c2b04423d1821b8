//! What the clients of all dialects have in common: an address, a header with a secret, and requests as plain as `curl`.

use std::sync::LazyLock;

use reqwest::Method;
use reqwest::blocking::multipart::{Form, Part};
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::Value;

use super::{Answer, Contract};

static CLIENT: LazyLock<Client> =
    LazyLock::new(|| Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client"));

/// One way in.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Address with the mount.
    base: String,
    header: &'static str,
    /// The secret.
    pub token: String,
}

impl Caller {
    /// `base` has the mount; the secret goes into the header.
    pub fn new(base: String, header: &'static str, token: &str) -> Self {
        Self { base, header, token: token.to_owned() }
    }

    /// Any request below the mount, with the secret.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        request(method, &format!("{}{path}", self.base)).header(self.header, &self.token)
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

    /// A write with a JSON body.
    #[track_caller]
    pub fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        send(self.request(method, path).json(body))
    }

    /// POST of a file in the named part, with text parts behind it.
    #[track_caller]
    pub fn post_file(&self, path: &str, part: &'static str, name: &str, content: &[u8], texts: &[(&'static str, &str)]) -> Answer {
        let file = Part::bytes(content.to_vec()).file_name(name.to_owned());
        let form = texts.iter().fold(Form::new().part(part, file), |form, (name, text)| form.text(*name, (*text).to_owned()));
        send(self.request("POST", path).multipart(form))
    }
}

/// Any request, without a secret.
pub fn request(method: &str, url: &str) -> RequestBuilder {
    CLIENT.request(Method::from_bytes(method.as_bytes()).expect("a verb"), url)
}

/// Sends a request and reads the answer, which has to be as documented when it comes from a dialect.
#[track_caller]
pub fn send(request: RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    let request = request.expect("a request");
    let (method, url) = (request.method().clone(), request.url().clone());
    let answer = Answer::read(client.execute(request).expect("an answer"));
    if let Some((contract, path)) = Contract::of_path(url.path()) {
        contract.document.check(method.as_str(), &format!("{path}?{}", url.query().unwrap_or_default()), &answer);
    }
    answer
}

/// A JSON number.
#[track_caller]
pub fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("not a number: {value}"))
}
