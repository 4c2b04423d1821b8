//! An API document, and whether an answer keeps what it promises.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::template::Template;
use super::{Answer, calls};

/// What has schemas.
const JSON: &str = "application/json";

/// A parsed API document.
pub struct Document {
    name: &'static str,
    tree: Value,
    /// Its operations, in the order in which they are written.
    pub operations: Vec<Operation>,
    /// What may be put behind a path, and the content type that it brings.
    renderings: BTreeMap<String, String>,
    validators: Mutex<HashMap<(String, u16), Arc<Validator>>>,
}

/// An operation of a document.
pub struct Operation {
    /// Its name.
    pub id: String,
    /// Verb in capital letters.
    pub method: String,
    /// Path below the mount.
    pub path: String,
    /// The same, to compare with.
    pub template: Template,
    /// Scopes of which one is needed.
    pub scopes: Vec<String>,
    responses: Value,
}

impl Operation {
    /// Its path with its places filled, by their names.
    #[track_caller]
    pub fn filled<'a>(&self, places: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let places = places.into_iter();
        let path = places.fold(self.path.clone(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
        assert!(!path.contains('{'), "{path} has a place without a value");
        path
    }
}

impl Document {
    /// Reads the document of a dialect.
    pub fn read(name: &'static str, text: &str) -> Self {
        let tree: Value = serde_saphyr::from_str(text).expect("a YAML document");
        let mut operations = Vec::new();
        for (path, verbs) in tree["paths"].as_object().expect("paths") {
            operations.extend(verbs.as_object().expect("verbs").iter().map(|(verb, operation)| Operation {
                id: operation["operationId"].as_str().expect("an operation id").to_owned(),
                method: verb.to_uppercase(),
                path: path.clone(),
                template: Template::parse(path, &places(&tree, operation)),
                scopes: serde_json::from_value(operation["x-scopes"].clone()).expect("scopes"),
                responses: operation["responses"].clone(),
            }));
        }
        let renderings = serde_json::from_value(tree["x-crosstalk-extensions"].clone()).expect("extensions");
        Self { name, tree, operations, renderings, validators: Mutex::default() }
    }

    /// Where the document says that the server is.
    pub fn server(&self) -> &str {
        self.tree["servers"][0]["url"].as_str().expect("a server")
    }

    /// Operations that a request could be routed to; `path` is below the mount, without a query.
    pub fn find(&self, method: &str, path: &str) -> Vec<&Operation> {
        let path = path.strip_suffix('/').unwrap_or(path);
        // Where paths are written with capital letters, they count.
        let has_capitals = self.operations.iter().any(|operation| operation.path.bytes().any(|byte| byte.is_ascii_uppercase()));
        let path = if has_capitals { path.to_owned() } else { path.to_ascii_lowercase() };
        let is_known = |extension: &str| self.renderings.contains_key(extension);
        let bare = path.rsplit_once('.').filter(|(_, extension)| is_known(extension)).map_or(&*path, |(bare, _)| bare);
        self.operations.iter().filter(|operation| operation.method == method && operation.template.fits(bare)).collect()
    }

    /// Fails unless the document has this answer to this request. `path` is below the mount, and may have a query.
    #[track_caller]
    pub fn check(&self, method: &str, path: &str, answer: &Answer) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        // Which verb counts here is up to the server's mode.
        if query.contains("method=") {
            return;
        }
        let status = answer.status.to_string();
        let (name, response) = match self.find(method, path).first() {
            Some(operation) => {
                calls::note(self.name, &operation.id);
                (&*operation.id, &operation.responses[status])
            }
            None => ("no operation", &self.tree["x-crosstalk-unrouted"][status]),
        };
        let what = format!("{method} {path}, which is {name}, {}", answer.status);
        assert!(!response.is_null(), "{what} is not documented: {:?}", String::from_utf8_lossy(&answer.bytes));
        let response = resolved(&self.tree, response);
        for (header, described) in response["headers"].as_object().into_iter().flatten() {
            let is_required = resolved(&self.tree, described)["required"] == json!(true);
            assert!(!is_required || !answer.header(&header.to_lowercase()).is_empty(), "{what} lacks the header {header}");
        }
        self.check_content(name, &what, &response["content"], answer);
    }

    /// Fails unless a body has a documented type and, if that is JSON, the shape of its schema.
    #[track_caller]
    fn check_content(&self, name: &str, what: &str, content: &Value, answer: &Answer) {
        let Some(content) = content.as_object() else {
            assert!(answer.bytes.is_empty(), "{what} has a body: {}", answer.text());
            return;
        };
        let given = answer.header("content-type").split(';').next().unwrap_or_default();
        // An extension renders the same tree otherwise; schemas are about the tree, and read it from its JSON.
        let is_rendered = content.contains_key(JSON) && self.renderings.values().any(|rendering| rendering == given);
        assert!(content.contains_key(given) || is_rendered, "{what} is not documented as {given:?}");
        if given == JSON {
            self.check_body(name, content[JSON]["schema"].clone(), answer.status, &answer.json());
        }
    }

    /// Fails unless the examples of an operation's answers have the shape that its schemas ask for; gives their number.
    #[track_caller]
    pub fn check_examples(&self, operation: &Operation) -> usize {
        let mut count = 0;
        for (status, response) in operation.responses.as_object().expect("responses") {
            let Some(content) = resolved(&self.tree, response)["content"].get(JSON) else { continue };
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
}

/// What the places in an operation's path take, by their names.
fn places<'a>(tree: &'a Value, operation: &'a Value) -> BTreeMap<String, &'a Value> {
    let parameters = operation["parameters"].as_array().into_iter().flatten().map(|parameter| resolved(tree, parameter));
    let in_path = parameters.filter(|parameter| parameter["in"] == "path");
    in_path.map(|parameter| (parameter["name"].as_str().expect("a name").to_owned(), &parameter["schema"])).collect()
}

/// What a reference points to, or the value itself.
fn resolved<'a>(tree: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => tree.pointer(reference.trim_start_matches('#')).expect("a reference that leads somewhere"),
        None => value,
    }
}
