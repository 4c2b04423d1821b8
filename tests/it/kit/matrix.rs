//! A client of the Matrix dialect.

use serde_json::{Value, json};

use super::{Answer, TestApp, request, send};

/// A session of a device.
#[derive(Clone, Debug)]
pub struct Matrix {
    base: String,
    /// The access token.
    pub access: String,
    /// What signing in answered.
    pub login: Value,
}

impl Matrix {
    /// GET with the token.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        send(request("GET", &format!("{}{path}", self.base)).bearer_auth(&self.access))
    }

    /// A write with a JSON body and the token.
    #[track_caller]
    pub fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        send(request(method, &format!("{}{path}", self.base)).bearer_auth(&self.access).json(body))
    }

    /// The refresh token that signing in brought.
    pub fn refresh_token(&self) -> &str {
        self.login["refresh_token"].as_str().expect("a refresh token")
    }

    /// The same device with another access token.
    pub fn with(&self, access: &Value) -> Self {
        Self { access: access.as_str().expect("a token").to_owned(), ..self.clone() }
    }
}

impl Answer {
    /// Asserts a failure in the shape of Matrix.
    #[track_caller]
    pub fn is_matrix_error(&self, status: u16, code: &str) {
        let body = self.json();
        assert_eq!((self.status, body["errcode"].as_str()), (status, Some(code)), "{body}");
    }
}

impl TestApp {
    /// A request below `/_matrix/client/v3`, without a token.
    #[track_caller]
    pub fn matrix_post(&self, path: &str, body: &Value) -> Answer {
        send(request("POST", &format!("{}/_matrix/client/v3{path}", self.base)).json(body))
    }

    /// Name and password of a person, by first name, as the Messenger API gives them.
    pub fn credentials(&self, name: &str) -> (String, String) {
        let found = self.messenger_of(name).get("/matrix/credentials").ok();
        let text = |key: &str| found[key].as_str().expect("a text").to_owned();
        (text("username"), text("password"))
    }

    /// Signs a person in, by first name; `extra` goes into the body.
    #[track_caller]
    pub fn sign_in(&self, name: &str, extra: Value) -> Matrix {
        let (user, password) = self.credentials(name);
        let mut body = json!({"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": password});
        for (key, value) in extra.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let login = self.matrix_post("/login", &body).ok();
        let access = login["access_token"].as_str().expect("a token").to_owned();
        Matrix { base: format!("{}/_matrix/client/v3", self.base), access, login }
    }
}
