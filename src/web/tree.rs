//! Parameters as PHP reads them: `settings[x]=1`, `attendees[][email]=a`, from query, form, multipart or JSON alike.
//!
//! Read by hand: what clients of such APIs send (`[]` counted by the server, lists as objects, no content type at all)
//! is more than any form library takes, and everything ends up in one small tree of texts.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde_json::Value;

use super::dialect::Fault;
use super::params::{self, Fields, TOO_SLOW, WHOLE};
use super::upload;
use crate::domain::{Error, Problem};

/// Deepest nesting of brackets.
const DEPTH: usize = 16;
/// Most values in one request.
const VALUES: usize = 1_000;

const TOO_DEEP: Error = Error::Malformed("the parameters are nested too deeply");

/// A place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A value.
    Text(String),
    /// A value that is not UTF-8.
    Garbled,
    /// A name without `=`, where that is no empty text.
    Null,
    /// Values by their names; those of lists are numbers.
    Branch(Vec<(String, Node)>),
}

impl Node {
    /// The value, if there is a single one that is not empty.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// What stands below under a name.
    pub fn member(&self, name: &str) -> Option<&Self> {
        self.entries().iter().find(|(key, _)| key == name).map(|(_, node)| node)
    }

    /// What stands below, in the order in which it was sent.
    pub fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Branch(entries) => entries,
            _ => &[],
        }
    }

    /// The place below under a name, made if need be; an empty name is the next number.
    fn place(&mut self, name: &str) -> &mut Self {
        if !matches!(self, Self::Branch(_)) {
            *self = Self::Branch(Vec::new());
        }
        let Self::Branch(entries) = self else { return self };
        let name = if name.is_empty() { next_number(entries) } else { name.to_owned() };
        let at = entries.iter().position(|(key, _)| *key == name).unwrap_or_else(|| {
            entries.push((name, Self::Text(String::new())));
            entries.len() - 1
        });
        &mut entries[at].1
    }

    /// The place at the end of a path, made if need be.
    fn descend(&mut self, path: &[&str]) -> &mut Self {
        path.iter().fold(self, |node, step| node.place(step))
    }

    /// Puts a value here, behind those that are here already.
    fn join(&mut self, value: Self) {
        match self {
            Self::Text(text) if text.is_empty() => *self = value,
            Self::Branch(_) => *self.place("") = value,
            _ => {
                let first = std::mem::replace(self, Self::Branch(Vec::new()));
                *self.place("") = first;
                *self.place("") = value;
            }
        }
    }

    /// Takes over what another tree has; where both have values, the other's counts. A single value where there are
    /// several is nothing: it is what some clients make of objects, `[object Object]`.
    fn merge(&mut self, other: Self) {
        match (&self, other) {
            (Self::Branch(_), Self::Branch(entries)) => {
                for (key, node) in entries {
                    self.place(&key).merge(node);
                }
            }
            (Self::Branch(_), _) => {}
            (_, other) => *self = other,
        }
    }
}

fn next_number(entries: &[(String, Node)]) -> String {
    let last = entries.iter().filter_map(|(key, _)| key.parse::<u32>().ok()).max();
    last.map_or(0, |last| last.saturating_add(1)).to_string()
}

/// All parameters of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree(Node);

impl Tree {
    /// Reads them one by one, gathering what is wrong.
    pub fn reader(&self) -> Reader<'_> {
        Reader { root: &self.0, problems: Vec::new() }
    }

    /// From fields whose names may have brackets.
    pub(super) fn of_fields(fields: Fields) -> Result<Self, Error> {
        let mut root = Node::Branch(Vec::new());
        for (name, value) in fields.into_pairs() {
            let path = steps(&name);
            if path.len() > DEPTH {
                return Err(TOO_DEEP);
            }
            root.descend(&path).merge(value.map_or(Node::Garbled, Node::Text));
        }
        Ok(Self(root))
    }

    /// From a query as `qs` writes it: a name that comes twice is a list, and one without `=` is a null.
    pub fn of_query(query: &str) -> Result<Self, Error> {
        let mut root = Node::Branch(Vec::new());
        for (count, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
            if count >= VALUES {
                return Err(Error::Malformed("there are more than 1,000 values"));
            }
            let (name, value) = pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value)));
            let name = params::decoded(name.as_bytes()).ok_or(Error::Malformed("a name in the query is not UTF-8"))?;
            let path = steps(&name);
            if path.len() > DEPTH {
                return Err(TOO_DEEP);
            }
            let value = value.map_or(Node::Null, |value| params::decoded(value.as_bytes()).map_or(Node::Garbled, Node::Text));
            root.descend(&path).join(value);
        }
        Ok(Self(root))
    }

    /// The root.
    pub fn root(&self) -> &Node {
        &self.0
    }

    /// From a JSON object; its lists become branches of numbers.
    pub(super) fn of_json(body: &[u8]) -> Result<Self, Error> {
        let mut left = VALUES;
        match node_of(params::parse_json(body)?, &mut left)? {
            Some(branch @ Node::Branch(_)) => Ok(Self(branch)),
            _ => Err(Error::Malformed("the body is not a JSON object")),
        }
    }

    fn merged(mut self, other: Self) -> Self {
        self.0.merge(other.0);
        self
    }
}

/// `a[b][]` as `a`, `b`, and an empty step. A bracket that never closes belongs to the name.
fn steps(name: &str) -> Vec<&str> {
    let Some((head, rest)) = name.split_once('[').filter(|(head, rest)| !head.is_empty() && rest.ends_with(']')) else { return vec![name] };
    let mut steps = vec![head];
    steps.extend(rest.trim_end_matches(']').split("]["));
    steps
}

/// A null is nothing at all.
fn node_of(value: Value, left: &mut usize) -> Result<Option<Node>, Error> {
    *left = left.checked_sub(1).ok_or(Error::Malformed("there are more than 1,000 values"))?;
    let entries: Vec<(String, Value)> = match value {
        Value::Null => return Ok(None),
        Value::Bool(fact) => return Ok(Some(Node::Text(fact.to_string()))),
        Value::Number(number) => return Ok(Some(Node::Text(number.to_string()))),
        Value::String(text) => return Ok(Some(Node::Text(text))),
        Value::Array(items) => items.into_iter().enumerate().map(|(place, item)| (place.to_string(), item)).collect(),
        Value::Object(members) => members.into_iter().collect(),
    };
    let mut nodes = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        nodes.extend(node_of(value, left)?.map(|node| (key, node)));
    }
    Ok(Some(Node::Branch(nodes)))
}

impl FromRequest for Tree {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move { tokio::time::timeout(WHOLE, read(&req, payload)).await.unwrap_or(Err(TOO_SLOW)).map_err(Fault) })
    }
}

/// The query, then the body, which counts more. What comes with a GET is not looked at.
async fn read(req: &HttpRequest, payload: Payload) -> Result<Tree, Error> {
    let query = Tree::of_fields(params::urlencoded(req.query_string().as_bytes())?)?;
    if req.method() == Method::GET {
        return Ok(query);
    }
    let body = if upload::is_multipart(req) {
        Tree::of_fields(upload::fields(req, payload).await?)?
    } else {
        of_body(req.content_type(), &params::bytes(req, payload).await?)?
    };
    Ok(query.merged(body))
}

/// A body by its type, or by its first character where the type says nothing.
pub(super) fn of_body(content_type: &str, body: &[u8]) -> Result<Tree, Error> {
    let body = body.trim_ascii();
    let is_json = content_type.eq_ignore_ascii_case("application/json");
    match body.first() {
        None => Tree::of_fields(Fields::default()),
        Some(b'{' | b'[') => Tree::of_json(body),
        // Some clients announce JSON and send nothing, or the word `None`.
        Some(_) if is_json && body != b"None" => Tree::of_json(body),
        Some(_) => Tree::of_fields(params::urlencoded(body)?),
    }
}

/// Reads parameters and gathers what is wrong with them, so that one answer can name all of it.
#[derive(Debug)]
pub struct Reader<'a> {
    root: &'a Node,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn node(&self, path: &str) -> Option<&'a Node> {
        steps(path).into_iter().try_fold(self.root, |node, step| node.member(step))
    }

    /// Notes that a parameter can't be used.
    pub fn problem(&mut self, path: &str, why: impl Into<String>) {
        self.problems.push(Problem { field: path.to_owned(), why: why.into() });
    }

    /// A text; absent when it was sent empty.
    pub fn text(&mut self, path: &str) -> Option<&'a str> {
        match self.node(path)? {
            Node::Garbled => self.problem(path, "this is not UTF-8"),
            Node::Null => {}
            Node::Branch(_) => self.problem(path, "use a single value"),
            node @ Node::Text(_) => return node.text(),
        }
        None
    }

    /// Whether a value was sent, and sent empty.
    pub fn is_empty(&self, path: &str) -> bool {
        matches!(self.node(path), Some(Node::Text(text)) if text.is_empty())
    }

    /// A text that has to be there.
    pub fn required(&mut self, path: &str) -> Option<&'a str> {
        let before = self.problems.len();
        let text = self.text(path);
        if text.is_none() && self.problems.len() == before {
            self.problem(path, format!("{path} is required"));
        }
        text
    }

    /// A value as `read` understands it.
    pub fn parsed<T>(&mut self, path: &str, read: impl FnOnce(&str) -> Result<T, Error>) -> Option<T> {
        let text = self.text(path)?;
        self.take(path, read(text))
    }

    /// The same for a value that has to be there.
    pub fn required_as<T>(&mut self, path: &str, read: impl FnOnce(&str) -> Result<T, Error>) -> Option<T> {
        let text = self.required(path)?;
        self.take(path, read(text))
    }

    /// What was read, or the problem with it.
    pub fn take<T>(&mut self, path: &str, read: Result<T, Error>) -> Option<T> {
        match read {
            Ok(value) => return Some(value),
            Err(Error::Invalid(_, why)) => self.problem(path, why),
            Err(Error::Missing(_)) => self.problem(path, format!("{path} is required")),
            Err(other) => self.problem(path, other.plain()),
        }
        None
    }

    /// A yes or a no, in the spellings of several languages.
    pub fn flag(&mut self, path: &str) -> Option<bool> {
        self.parsed(path, |text| match text.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "on" | "yes" => Ok(true),
            "0" | "false" | "off" | "no" => Ok(false),
            _ => Err(Error::Invalid("", "use 1 or 0")),
        })
    }

    /// A whole number from `least` to `most`.
    pub fn number(&mut self, path: &str, least: i64, most: i64) -> Option<i64> {
        let found = self.parsed(path, |text| text.trim().parse::<i64>().map_err(|_| Error::Invalid("", "use a whole number")))?;
        if (least..=most).contains(&found) {
            return Some(found);
        }
        self.problem(path, format!("use a number from {least} to {most}"));
        None
    }

    /// The digits that a value starts with, as a number.
    pub fn leading_number(&mut self, path: &str) -> Option<i64> {
        let text = self.text(path)?;
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text[..digits].parse().ok()
    }

    /// The entries of a list. A single value where a list is expected is nothing.
    pub fn list(&mut self, path: &str) -> Vec<&'a Node> {
        self.entries(path).into_iter().map(|(_, node)| node).collect()
    }

    /// What stands below a name, in the order in which it was sent.
    pub fn entries(&mut self, path: &str) -> Vec<(&'a str, &'a Node)> {
        let found = self.node(path).map(Node::entries).unwrap_or_default();
        found.iter().map(|(key, node)| (key.as_str(), node)).collect()
    }

    /// Everything that was wrong, if something was.
    pub fn finish(self) -> Result<(), Error> {
        if self.problems.is_empty() { Ok(()) } else { Err(Error::Fields(self.problems)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, Tree, of_body};
    use crate::domain::Error;

    fn form(text: &str) -> Tree {
        of_body("application/x-www-form-urlencoded", text.as_bytes()).unwrap()
    }

    fn values(tree: &Tree, paths: &[&str]) -> Vec<Option<String>> {
        let mut reader = tree.reader();
        paths.iter().map(|path| reader.text(path).map(str::to_owned)).collect()
    }

    #[test]
    fn brackets_come_in_every_spelling_that_clients_send() {
        let table: &[(&str, &[(&str, &str)])] = &[
            ("settings[thank_you_page_url]=https%3A%2F%2Fx.example%2Fbye", &[("settings[thank_you_page_url]", "https://x.example/bye")]),
            ("settings%5Bthank_you_page_url%5D=http%3A//x.example/t.html", &[("settings[thank_you_page_url]", "http://x.example/t.html")]),
            ("registration[enabled]=1&registration[template]=2", &[("registration[enabled]", "1"), ("registration[template]", "2")]),
            ("registration[1]=Ada&registration[3]=ada@x.example", &[("registration[1]", "Ada"), ("registration[3]", "ada@x.example")]),
            (
                "registration[]=&registration[]=Ada&registration[]=L&registration[]=a@x",
                &[("registration[1]", "Ada"), ("registration[3]", "a@x")],
            ),
            ("&name=Caf%C3%A9+au%20lait", &[("name", "Café au lait")]),
            ("attendees[][email]=a@x&attendees[][email]=b@x", &[("attendees[0][email]", "a@x"), ("attendees[1][email]", "b@x")]),
            ("attendees[0][email]=a@x&attendees[1][email]=b@x", &[("attendees[0][email]", "a@x"), ("attendees[1][email]", "b@x")]),
            ("tokens[]=AB3D4F&tokens[]=K7D4QP", &[("tokens[0]", "AB3D4F"), ("tokens[1]", "K7D4QP")]),
            ("a=1&a=2", &[("a", "2")]),
            ("a[b]=1&a=[object Object]", &[("a[b]", "1")]),
            ("a[=1&b]=2&[c]=3", &[("a[", "1"), ("b]", "2"), ("[c]", "3")]),
        ];
        for (text, expected) in table {
            let tree = form(text);
            for (path, value) in *expected {
                assert_eq!(values(&tree, &[path]), [Some((*value).to_owned())], "{text}");
            }
        }
    }

    #[test]
    fn json_bodies_are_the_same_tree() {
        let tree =
            of_body("application/json", br#"{"registration":{"1":"Ada"},"attendees":["a@x",{"email":"b@x"}],"n":5,"t":true,"z":null}"#)
                .unwrap();
        assert_eq!(values(&tree, &["registration[1]", "n", "t", "z"]), [Some("Ada".into()), Some("5".into()), Some("true".into()), None]);
        let mut reader = tree.reader();
        let attendees = reader.list("attendees");
        assert_eq!(attendees[0].text(), Some("a@x"));
        assert_eq!(attendees[1].member("email").and_then(Node::text), Some("b@x"));
        assert_eq!(of_body("text/plain", br#" {"a":1}"#).unwrap(), form("a=1"));
    }

    #[test]
    fn bodies_that_say_nothing_are_harmless_and_broken_ones_are_refused() {
        for (kind, body) in
            [("application/json", ""), ("", ""), ("application/x-www-form-urlencoded", "None"), ("application/json", "None")]
        {
            assert_eq!(values(&of_body(kind, body.as_bytes()).unwrap(), &["name"]), [None], "{kind} {body}");
        }
        for (kind, body) in [("application/json", "{"), ("", "{\"a\""), ("application/json", "[1"), ("application/json", "7")] {
            assert!(matches!(of_body(kind, body.as_bytes()), Err(Error::Malformed(_))), "{kind} {body}");
        }
    }

    #[test]
    fn the_body_counts_more_than_the_query_and_both_are_kept() {
        let tree = form("a=1&s[x]=1&s[y]=1").merged(form("a=2&s[y]=2"));
        assert_eq!(values(&tree, &["a", "s[x]", "s[y]"]), [Some("2".into()), Some("1".into()), Some("2".into())]);
    }

    #[test]
    fn problems_are_gathered_and_named_by_their_paths() {
        let tree = form("name=&flag=maybe&n=12&list=[object Object]&deep[a]=1&bad=%ff&big=99");
        let mut reader = tree.reader();
        assert_eq!((reader.required("name"), reader.flag("flag"), reader.number("n", 1, 20)), (None, None, Some(12)));
        assert_eq!(
            (reader.list("list").len(), reader.text("deep"), reader.text("bad"), reader.number("big", 1, 20)),
            (0, None, None, None)
        );
        let Err(Error::Fields(problems)) = reader.finish() else { panic!("there are problems") };
        let names: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(names, ["name", "flag", "deep", "bad", "big"]);
    }

    #[test]
    fn yes_and_no_have_many_spellings_and_numbers_may_have_tails() {
        for (text, expected) in
            [("1", true), ("True", true), ("on", true), ("yes", true), ("0", false), ("False", false), ("off", false), ("no", false)]
        {
            assert_eq!(form(&format!("f={text}")).reader().flag("f"), Some(expected), "{text}");
        }
        assert_eq!(form("page=12.json").reader().leading_number("page"), Some(12));
        assert_eq!(form("page=x").reader().leading_number("page"), None);
    }

    #[test]
    fn there_is_a_bound_on_depth_and_number() {
        assert!(of_body("", format!("a{}=1", "[b]".repeat(40)).as_bytes()).is_err());
        assert!(of_body("", "a[]=1&".repeat(1_001).as_bytes()).is_err());
        assert!(of_body("", format!("[{}1]", "1,".repeat(2_000)).as_bytes()).is_err());
        assert!(of_body("", format!("{{\"a\":{}{}}}", "[".repeat(70), "]".repeat(70)).as_bytes()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read_or_refused(text in "[a-c\\[\\]=&%+0-9{}\",:.é]{0,120}") {
            if let Ok(tree) = of_body("", text.as_bytes()) {
                let mut reader = tree.reader();
                for path in ["a", "a[b]", "b[0][c]", "c[]"] {
                    let _ = (reader.text(path), reader.list(path).len(), reader.leading_number(path));
                }
            }
        }
    }
}
