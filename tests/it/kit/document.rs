//! The API document of the Chatwork dialect, and whether an answer keeps what it promises.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{Answer, calls};

/// The document.
pub static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::read);

/// A parsed API document.
pub struct Document {
    tree: Value,
    /// Its operations, in the order in which they are written.
    pub operations: Vec<Operation>,
    validators: Mutex<HashMap<(String, u16), Arc<Validator>>>,
}

/// An operation of the document.
pub struct Operation {
    /// Its name.
    pub id: String,
    /// Verb in capital letters.
    pub method: String,
    /// Path below the mount.
    pub path: String,
    /// Scopes of which one is needed.
    pub scopes: Vec<String>,
    responses: Value,
}

impl Document {
    fn read() -> Self {
        let text = include_str!("../../../static/docs/chatwork.yaml");
        let tree: Value = serde_saphyr::from_str(text).expect("a YAML document");
        let mut operations = Vec::new();
        for (path, verbs) in tree["paths"].as_object().expect("paths") {
            for (verb, operation) in verbs.as_object().expect("verbs") {
                operations.push(Operation {
                    id: operation["operationId"].as_str().expect("an operation id").to_owned(),
                    method: verb.to_uppercase(),
                    path: path.clone(),
                    scopes: serde_json::from_value(operation["x-scopes"].clone()).expect("scopes"),
                    responses: operation["responses"].clone(),
                });
            }
        }
        Self { tree, operations, validators: Mutex::default() }
    }

    /// The operation that a request is routed to; `path` is below the mount, without a query.
    pub fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.method == method && matches(&operation.path, path))
    }

    /// Fails unless the document has this answer to this request. `path` is below the mount, and may have a query.
    #[track_caller]
    pub fn check(&self, method: &str, path: &str, answer: &Answer) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        // Which verb counts here is up to the server's mode.
        if query.contains("method=") {
            return;
        }
        let Some(operation) = self.find(method, path) else {
            assert!(matches!(answer.status, 400 | 401 | 429), "{method} {path} is not documented, yet answers {}", answer.status);
            return self.check_content("Errors", json!({"$ref": "#/components/schemas/Errors"}), 0, answer);
        };
        calls::note(&operation.id);
        let response = self.resolve(&operation.responses[answer.status.to_string()]);
        let what = format!("{} {}", operation.id, answer.status);
        assert!(!response.is_null(), "{what} is not documented: {}", answer.text());
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let is_required = self.resolve(header)["required"] == json!(true);
            assert!(!is_required || !answer.header(&name.to_lowercase()).is_empty(), "{what} lacks the header {name}");
        }
        match response["content"]["application/json"].get("schema") {
            Some(schema) => self.check_content(&operation.id, schema.clone(), answer.status, answer),
            None => assert!(answer.bytes.is_empty(), "{what} has a body: {}", answer.text()),
        }
    }

    /// Compares a body with a schema, if it is one that has schemas.
    #[track_caller]
    fn check_content(&self, name: &str, schema: Value, status: u16, answer: &Answer) {
        if !answer.header("content-type").starts_with("application/xml") {
            self.check_body(name, schema, status, &answer.json());
        }
    }

    /// Fails unless the examples of an operation's answers have the shape that its schemas ask for; gives their number.
    #[track_caller]
    pub fn check_examples(&self, operation: &Operation) -> usize {
        let mut count = 0;
        for (status, response) in operation.responses.as_object().expect("responses") {
            let Some(content) = self.resolve(response)["content"].get("application/json") else { continue };
            let named = content["examples"].as_object().into_iter().flatten().map(|(_, example)| &example["value"]);
            for example in content.get("example").into_iter().chain(named) {
                self.check_body(&operation.id, content["schema"].clone(), status.parse().expect("a status"), example);
                count += 1;
            }
        }
        count
    }

    #[track_caller]
    fn check_body(&self, name: &str, schema: Value, status: u16, body: &Value) {
        let errors: Vec<String> =
            self.validator(name, schema, status).iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name} {status} is not as documented:\n{}\n{body}", errors.join("\n"));
    }

    fn validator(&self, name: &str, mut schema: Value, status: u16) -> Arc<Validator> {
        let mut validators = self.validators.lock().expect("no panic while compiling");
        let compiled = validators.entry((name.to_owned(), status)).or_insert_with(|| {
            // References point into the whole document.
            schema["components"] = self.tree["components"].clone();
            Arc::new(jsonschema::draft202012::new(&schema).expect("a schema"))
        });
        compiled.clone()
    }

    /// What a reference points to, or the value itself.
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.tree.pointer(reference.trim_start_matches('#')).expect("a reference that leads somewhere"),
            None => value,
        }
    }
}

/// Whether a path fits a template; what stands in braces is a number.
fn matches(template: &str, path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path).to_ascii_lowercase();
    let path = [".json", ".xml"].iter().find_map(|extension| path.strip_suffix(extension)).unwrap_or(&path);
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted.starts_with('{') => {
                if given.is_empty() || !given.bytes().all(|byte| byte.is_ascii_digit()) {
                    return false;
                }
            }
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return false,
        }
    }
}
