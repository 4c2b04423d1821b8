//! What the documents of the APIs say about each operation.

use serde_json::Value;

use super::failure::{Exit, Failure};
use crate::config::did_you_mean;
use crate::dialects::access::{self, Access};
use crate::domain::Dialect;
use crate::reference::CONTRACTS;
pub(super) use crate::reference::Contract;

/// Where tokens of a kind go in a request, by the kind's name.
pub(super) fn place_of(kind: &str) -> Option<String> {
    Dialect::named(kind).and_then(access::of).map(Access::place)
}

/// The contract of a dialect, by its name.
pub(super) fn of(name: &str) -> Result<&'static Contract, Failure> {
    Contract::named(name).ok_or_else(|| {
        let names: Vec<&str> = CONTRACTS.iter().map(|contract| contract.dialect.name()).collect();
        Failure::new(Exit::Usage, format!("{name:?} is no API that this program knows. It knows: {}.", names.join(", ")))
    })
}

/// Something one can ask of an API.
#[derive(Debug)]
pub(super) struct Operation {
    /// Its name.
    pub(super) name: String,
    /// The verb, in capitals.
    pub(super) verb: String,
    /// The path, with its parameters in braces.
    pub(super) path: String,
    /// Parameters with their examples, in path and query.
    pub(super) parameters: Vec<Parameter>,
    /// Fields of the body with their examples.
    pub(super) fields: Vec<Field>,
    /// The whole body, where it is JSON.
    pub(super) json: Option<Value>,
    /// Whether it needs no token.
    pub(super) is_open: bool,
    /// Whether it concerns a person.
    pub(super) is_personal: bool,
    /// Whether the body is multipart.
    pub(super) is_multipart: bool,
    /// Content type of a successful answer; empty when it has no body.
    pub(super) answers_with: String,
}

/// A parameter of an operation.
#[derive(Debug)]
pub(super) struct Parameter {
    /// Its name.
    pub(super) name: String,
    /// Whether it stands in the path, else in the query.
    pub(super) is_in_path: bool,
    /// A value.
    pub(super) example: String,
}

/// A field of a body.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: String,
    /// Whether it is a file.
    pub(super) is_file: bool,
    /// A value.
    pub(super) example: String,
}

impl Contract {
    /// The header and the kind of token that an operation takes.
    pub(super) fn way_in(&self, operation: &Operation) -> (&'static str, Dialect) {
        self.personal.filter(|_| operation.is_personal).unwrap_or((self.header, self.dialect))
    }

    /// How to come by a token, for people.
    pub(super) fn advice(&self, program: &str) -> String {
        match self.dialect {
            Dialect::Matrix => format!(
                "sign in first, with `{program} curl matrix post-login`; name and password are what `{program} curl messenger get-credentials` brings"
            ),
            dialect => {
                let whose = if dialect.is_personal() { " --user EMAIL" } else { "" };
                format!("{program} token create --dialect {}{whose}", dialect.name())
            }
        }
    }

    /// Where the token goes in a request.
    pub(super) fn place(&self) -> String {
        let after = if self.scheme.is_empty() { String::new() } else { format!(", after {}", self.scheme.trim()) };
        format!("{}{after}", self.header)
    }

    /// The value of the header with a token.
    pub(super) fn credentials(&self, token: &str) -> String {
        format!("{}{token}", self.scheme)
    }

    /// Every operation, in the order of the document.
    pub(super) fn operations(&self) -> Result<Vec<Operation>, Failure> {
        let document = self.tree().map_err(|cause| Failure::new(Exit::Failed, cause))?;
        let mut operations = Vec::new();
        for (path, verbs) in object(&document["paths"]) {
            operations.extend(object(verbs).map(|(verb, operation)| read_operation(&document, path, verb, operation)));
        }
        Ok(operations)
    }

    /// One operation by its name, or which one may have been meant.
    pub(super) fn operation(&self, name: &str) -> Result<Operation, Failure> {
        let mut operations = self.operations()?;
        if let Some(place) = operations.iter().position(|operation| operation.name == name) {
            return Ok(operations.swap_remove(place));
        }
        let names: Vec<&str> = operations.iter().map(|operation| operation.name.as_str()).collect();
        let near = did_you_mean(name, names.iter().copied());
        let message = format!("there is no operation {name:?}.{near} There are:\n  {}", names.join("\n  "));
        Err(Failure::new(Exit::Usage, message))
    }
}

impl Operation {
    /// Whether a successful answer is a file.
    pub(super) fn is_download(&self) -> bool {
        !self.answers_with.is_empty() && self.answers_with != "application/json"
    }
}

fn read_operation(document: &Value, path: &str, verb: &str, operation: &Value) -> Operation {
    let parameters = array(&operation["parameters"]).map(|parameter| {
        let parameter = resolved(document, parameter);
        Parameter { name: plain(&parameter["name"]), is_in_path: parameter["in"] == "path", example: plain(&parameter["example"]) }
    });
    let content = object(&resolved(document, &operation["requestBody"])["content"]).next();
    let success = ["200", "201"].into_iter().map(|status| &operation["responses"][status]).find(|answer| !answer.is_null());
    let answer = object(&resolved(document, success.unwrap_or(&Value::Null))["content"]).next();
    let is_json = content.is_some_and(|(media_type, _)| media_type == "application/json");
    let schema = content.filter(|_| !is_json).map_or(&Value::Null, |(_, media)| &media["schema"]);
    let fields = object(&schema["properties"]).map(|(name, field)| Field {
        name: name.to_owned(),
        is_file: field["format"] == "binary",
        example: plain(&field["example"]),
    });
    Operation {
        name: plain(&operation["operationId"]),
        verb: verb.to_uppercase(),
        path: path.to_owned(),
        parameters: parameters.collect(),
        fields: fields.collect(),
        json: content.filter(|_| is_json).map(|(_, media)| json_example(media)),
        is_open: operation["security"].as_array().is_some_and(Vec::is_empty),
        is_personal: operation["security"][0].get("Personal").is_some(),
        is_multipart: content.is_some_and(|(media_type, _)| media_type == "multipart/form-data"),
        answers_with: answer.map(|(media_type, _)| media_type.to_owned()).unwrap_or_default(),
    }
}

/// The example of a JSON body: its own, else one made of those of its members.
fn json_example(media: &Value) -> Value {
    if media["example"].is_object() {
        return media["example"].clone();
    }
    let members = object(&media["schema"]["properties"]).filter(|(_, member)| !member["example"].is_null());
    Value::Object(members.map(|(name, member)| (name.to_owned(), member["example"].clone())).collect())
}

/// What a `$ref` points to, or the thing itself.
fn resolved<'a>(document: &'a Value, thing: &'a Value) -> &'a Value {
    let target = thing["$ref"].as_str().and_then(|path| document.pointer(path.trim_start_matches('#')));
    target.unwrap_or(thing)
}

fn object(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{CONTRACTS, Contract, of};
    use crate::dialects::MOUNTS;

    #[test]
    fn every_operation_can_be_called_by_its_examples() {
        for contract in CONTRACTS {
            let operations = contract.operations().unwrap();
            assert!(operations.len() >= 10);
            for operation in operations {
                assert!(!operation.name.is_empty() && operation.name != "null", "{} {}", operation.verb, operation.path);
                let places = operation.path.matches('{').count();
                assert!(operation.json.as_ref().is_none_or(Value::is_object), "{} lacks a body", operation.name);
                assert_eq!(operation.parameters.iter().filter(|parameter| parameter.is_in_path).count(), places, "{}", operation.name);
                let examples = operation.parameters.iter().map(|one| &one.example).chain(operation.fields.iter().map(|one| &one.example));
                assert!(examples.into_iter().all(|example| example != "null"), "{} lacks an example", operation.name);
            }
        }
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is() {
        assert!(of("irc").unwrap_err().message.contains("chatwork, clickmeeting, messenger"));
        let told = of("chatwork").unwrap().operation("post-mesage").unwrap_err().message;
        assert!(told.contains("Did you mean post-message?") && told.contains("get-me\n"), "{told}");
    }

    #[test]
    fn every_kind_of_token_has_its_header() {
        let of = |kind: &str| super::place_of(kind).unwrap_or_default();
        assert_eq!([of("chatwork"), of("messenger")], ["X-ChatWorkToken", "API-TOKEN"]);
        assert_eq!([of("messenger-personal"), of("chat-messages")], ["Personal-Access-Token", "Authorization, after Bearer"]);
        assert_eq!(super::place_of("irc"), None);
    }

    #[test]
    fn what_is_served_is_documented_where_it_is_mounted() {
        let documented: Vec<_> = Contract::served().map(|contract| (contract.dialect.name(), contract.prefix)).collect();
        let mounted: Vec<_> = MOUNTS.iter().map(|mount| (mount.name, mount.shown)).collect();
        assert_eq!(documented, mounted);
    }
}
