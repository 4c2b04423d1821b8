//! An administrator of the server, as the page's scripts act for one.

use crosstalk::domain::Email;
use crosstalk::ops::accounts;
use crosstalk::store::Cause;
use crosstalk::web::passwords;
use serde_json::{Value, json};

use super::{Answer, TestApp, request, send};

/// The password of every administrator here.
pub const PASSWORD: &str = "correct horse battery";

/// Its hash. Slow on purpose; once for all tests is enough.
pub fn password_hash() -> &'static str {
    static HASH: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| passwords::hash_now(PASSWORD).expect("a hash").as_str().to_owned());
    &HASH
}

/// A browser at the administration page, signed in or not.
#[derive(Clone, Debug)]
pub struct Browser {
    base: String,
    /// The session's secret.
    pub session: String,
    /// What requests that change something carry.
    pub csrf: String,
}

impl Browser {
    /// One that nobody has signed in with, at a server.
    pub fn at(base: &str) -> Self {
        Self { base: base.to_owned(), session: String::new(), csrf: String::new() }
    }

    /// The same browser when the server has another address.
    pub fn moved_to(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// Any request, with what the browser has.
    pub fn request(&self, method: &str, path: &str) -> reqwest::blocking::RequestBuilder {
        let request = request(method, &format!("{}/admin/api{path}", self.base));
        let request =
            if self.session.is_empty() { request } else { request.header("cookie", format!("crosstalk_session={}", self.session)) };
        if self.csrf.is_empty() { request } else { request.header("x-csrf-token", &self.csrf) }
    }

    /// GET.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        send(self.request("GET", path))
    }

    /// A change.
    #[track_caller]
    pub fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        send(self.request(method, path).json(body))
    }

    /// A change without a body.
    #[track_caller]
    pub fn bare(&self, method: &str, path: &str) -> Answer {
        send(self.request(method, path))
    }

    /// Signs in; the answer tells how it went.
    #[track_caller]
    pub fn sign_in(&mut self, body: &Value) -> Answer {
        let answer = self.json("POST", "/session", body);
        self.take(&answer);
        answer
    }

    /// Keeps the cookie that an answer brought, and learns what changes have to carry.
    #[track_caller]
    pub fn take(&mut self, answer: &Answer) {
        let Some((_, rest)) = answer.header("set-cookie").split_once("crosstalk_session=") else { return };
        self.session = rest.split(';').next().unwrap_or_default().to_owned();
        self.csrf = String::new();
        let found = self.get("/session");
        if found.status == 200 {
            self.csrf = found.json()["csrf_token"].as_str().expect("a token").to_owned();
        }
    }
}

impl Answer {
    /// Asserts a failure in the shape of the administration page's API.
    #[track_caller]
    pub fn is_not_done(&self, status: u16, code: &str) {
        let body = self.json();
        assert_eq!((self.status, body["error"]["code"].as_str()), (status, Some(code)), "{body}");
    }
}

impl TestApp {
    /// A browser that nobody has signed in with.
    pub fn browser(&self) -> Browser {
        Browser::at(&self.base)
    }

    /// Makes Alice an administrator and signs her in.
    pub fn admin(&self) -> Browser {
        self.make_admin("alice@example.com");
        self.admin_again()
    }

    /// Signs Alice in once more, who is an administrator.
    pub fn admin_again(&self) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(&json!({"email": "alice@example.com", "password": PASSWORD})).ok();
        browser
    }

    /// Makes a person an administrator.
    pub fn make_admin(&self, email: &str) {
        let email = Email::parse(email).expect("an address");
        let create = move |tx: &crosstalk::store::Tx<'_>| accounts::create_admin(tx, Some("office"), &email, password_hash());
        self.world.write_blocking(Cause::command("test"), create).expect("an administrator");
    }

    /// Signs in somebody who is made an administrator for it.
    pub fn another_admin(&self, email: &str) -> Browser {
        self.make_admin(email);
        let mut browser = self.browser();
        browser.sign_in(&json!({"email": email, "password": PASSWORD})).ok();
        browser
    }
}
