//! What has to be true of a record: a tree of tests on its fields.

use std::borrow::Cow;
use std::cmp::Ordering;

use regex::Regex;

use super::given::{self, Given, json_number};
use super::refused;
use crate::domain::{Error, Timestamp};
use crate::web::Node;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// Text.
    Text,
    /// Text that patterns may search.
    Words,
    /// Milliseconds.
    Instant,
    /// Several texts; a test is about whether one of them is in there.
    Set,
}

/// The fields of a kind of record.
pub(in super::super) trait Fields: Copy + Eq + std::fmt::Debug + 'static {
    /// The field of this name.
    fn named(name: &str) -> Option<Self>;
    /// What it holds.
    fn kind(self) -> Kind;
}

/// The value of a field.
#[derive(Debug)]
pub(in super::super) enum Shown<'a> {
    /// None.
    Missing,
    /// A text.
    Text(Cow<'a, str>),
    /// A number.
    Number(i64),
    /// Several texts.
    Set(Vec<&'a str>),
}

/// Something that has fields.
pub(in super::super) trait Record<F> {
    /// The value of a field.
    fn value(&self, field: F) -> Shown<'_>;
}

/// What has to be true.
#[derive(Clone, Debug)]
pub(in super::super) enum Condition<F> {
    /// All of these; nothing is always true.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// This of this field.
    Field(F, Test),
    /// Nothing is like this: a field that no record has.
    Never,
}

/// What has to be true of a field.
#[derive(Clone, Debug)]
pub(in super::super) enum Test {
    /// It is this.
    Is(Operand),
    /// It is not this; a missing field is not.
    IsNot(Operand),
    /// It is one of these.
    In(Vec<Operand>),
    /// It is none of these.
    NotIn(Vec<Operand>),
    /// It compares like this, by one of two answers.
    Compares(Operand, Ordering, bool),
    /// A pattern finds something in it.
    Matches(Regex),
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Operand {
    /// Missing.
    Null,
    /// An empty list.
    Nothing,
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// Something that no field holds.
    Strange,
}

impl<F: Fields> Condition<F> {
    /// Whether it is true of a record.
    pub(in super::super) fn holds(&self, record: &impl Record<F>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|condition| condition.holds(record)),
            Self::Any(any) => any.iter().any(|condition| condition.holds(record)),
            Self::Field(field, test) => test.holds(&record.value(*field)),
            Self::Never => false,
        }
    }

    /// Whether it asks for a field.
    pub(in super::super) fn is_about(&self, field: F) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.is_about(field)),
            Self::Field(found, _) => *found == field,
            Self::Never => false,
        }
    }
}

impl Test {
    fn holds(&self, value: &Shown<'_>) -> bool {
        match self {
            Self::Is(operand) => operand.is(value),
            Self::IsNot(operand) => !operand.is(value),
            Self::In(operands) => operands.iter().any(|operand| operand.is(value)),
            Self::NotIn(operands) => !operands.iter().any(|operand| operand.is(value)),
            Self::Compares(operand, wanted, or_equal) => {
                operand.compare(value).is_some_and(|found| found == *wanted || (*or_equal && found == Ordering::Equal))
            }
            Self::Matches(pattern) => matches!(value, Shown::Text(text) if pattern.is_match(text)),
        }
    }
}

impl Operand {
    fn is(&self, value: &Shown<'_>) -> bool {
        match (self, value) {
            (Self::Null, Shown::Missing) => true,
            (Self::Nothing, Shown::Set(all)) => all.is_empty(),
            (Self::Text(text), Shown::Set(all)) => all.contains(&text.as_str()),
            _ => self.compare(value) == Some(Ordering::Equal),
        }
    }

    /// How a value stands to this; none where they can't be compared.
    fn compare(&self, value: &Shown<'_>) -> Option<Ordering> {
        match (self, value) {
            (Self::Text(text), Shown::Text(value)) => Some(value.as_ref().cmp(text)),
            (Self::Number(number), Shown::Number(value)) => (*value as f64).partial_cmp(number),
            _ => None,
        }
    }
}

/// Everything that is asked, which all has to be true.
pub(super) fn conditions<F: Fields>(entries: &[(String, &Node)]) -> Result<Condition<F>, Error> {
    let mut all = Vec::new();
    for (name, node) in entries {
        all.push(match name.as_str() {
            "$or" => Condition::Any(branches(name, node)?),
            "$and" => Condition::All(branches(name, node)?),
            operator if operator.starts_with('$') => return Err(refused(operator, "there is no such operator")),
            _ => field_condition(name, node)?,
        });
    }
    Ok(Condition::All(all))
}

/// The parts of `$or` and `$and`.
fn branches<F: Fields>(name: &str, node: &Node) -> Result<Vec<Condition<F>>, Error> {
    let parts = match node {
        Node::Branch(entries) => given::list(name, entries)?,
        _ => Vec::new(),
    };
    // GUESS: a choice of nothing is a mistake.
    if parts.is_empty() {
        return Err(refused(name, "use a list of conditions"));
    }
    let part = |node: &&Node| match node {
        Node::Branch(entries) => conditions(&entries.iter().map(|(name, node)| (name.clone(), node)).collect::<Vec<_>>()),
        _ => Err(refused(name, "use a list of conditions")),
    };
    parts.iter().map(part).collect()
}

/// What is asked of one field: a value, or operators with theirs.
fn field_condition<F: Fields>(name: &str, node: &Node) -> Result<Condition<F>, Error> {
    let field = F::named(name);
    let kind = field.map_or(Kind::Text, F::kind);
    let found = match Given::read(name, node)? {
        // GUESS: a value that comes several times stands for any of them.
        Given::Branch(entries) if entries.iter().all(|(key, _)| key.parse::<u32>().is_ok()) => {
            vec![Test::In(operands(name, kind, node)?)]
        }
        Given::Branch(entries) => entries.iter().map(|(operator, node)| test(name, kind, operator, node)).collect::<Result<_, _>>()?,
        Given::Pattern(pattern) => vec![matches(name, kind, pattern)?],
        given => vec![Test::Is(operand(name, kind, given, false)?)],
    };
    let Some(field) = field else { return Ok(Condition::Never) };
    Ok(match <[Test; 1]>::try_from(found) {
        Ok([only]) => Condition::Field(field, only),
        Err(several) => Condition::All(several.into_iter().map(|test| Condition::Field(field, test)).collect()),
    })
}

fn test(name: &str, kind: Kind, operator: &str, node: &Node) -> Result<Test, Error> {
    let single = |is_compared| match Given::read(name, node)? {
        Given::Branch(_) | Given::Pattern(_) => Err(refused(name, "use a single value")),
        given => operand(name, kind, given, is_compared),
    };
    let compares = |wanted, or_equal| Ok(Test::Compares(single(true)?, wanted, or_equal));
    match operator {
        "$gt" => compares(Ordering::Greater, false),
        "$gte" => compares(Ordering::Greater, true),
        "$lt" => compares(Ordering::Less, false),
        "$lte" => compares(Ordering::Less, true),
        "$ne" => Ok(Test::IsNot(single(false)?)),
        "$in" => Ok(Test::In(operands(name, kind, node)?)),
        "$nin" => Ok(Test::NotIn(operands(name, kind, node)?)),
        // What is in a field that holds no objects is nowhere, but an operator has to be one.
        other if other.starts_with('$') => Err(refused(other, "there is no such operator")),
        _ => Ok(Test::In(Vec::new())),
    }
}

fn matches(name: &str, kind: Kind, pattern: Regex) -> Result<Test, Error> {
    if kind == Kind::Words { Ok(Test::Matches(pattern)) } else { Err(refused(name, "only text can be searched with a pattern")) }
}

/// A list of values; a single one is a list of one.
fn operands(name: &str, kind: Kind, node: &Node) -> Result<Vec<Operand>, Error> {
    let one = |node: &Node| match Given::read(name, node)? {
        Given::Branch(_) | Given::Pattern(_) => Err(refused(name, "use a list of single values")),
        given => operand(name, kind, given, false),
    };
    match Given::read(name, node)? {
        Given::Nothing => Ok(Vec::new()),
        Given::Branch(entries) => given::list(name, entries)?.into_iter().map(one).collect(),
        _ => Ok(vec![one(node)?]),
    }
}

/// What a field of this kind is compared with.
fn operand(name: &str, kind: Kind, given: Given<'_>, is_compared: bool) -> Result<Operand, Error> {
    Ok(match given {
        Given::Null => Operand::Null,
        Given::Nothing => Operand::Nothing,
        Given::Text(text) if kind == Kind::Instant => match instant(text) {
            Some(number) => Operand::Number(number),
            None if is_compared => return Err(refused(name, "use milliseconds since 1970")),
            None => Operand::Strange,
        },
        Given::Text(text) => Operand::Text(text.to_owned()),
        Given::Number(number) if kind == Kind::Instant => Operand::Number(number),
        // Ids are digits, and some clients take digits for numbers.
        Given::Number(number) if number.fract() == 0.0 => Operand::Text(format!("{number:.0}")),
        Given::Instant(at) => Operand::Number(at.ms() as f64),
        Given::Number(_) | Given::Flag(_) | Given::Pattern(_) | Given::Branch(_) => Operand::Strange,
    })
}

/// Milliseconds, or an instant of ISO 8601.
fn instant(text: &str) -> Option<f64> {
    json_number(text).or_else(|| text.parse::<Timestamp>().ok().map(|at| at.ms() as f64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Query;
    use super::{Fields, Kind, Record, Shown};

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Field {
        Word,
        At,
        Tags,
    }

    impl Fields for Field {
        fn named(name: &str) -> Option<Self> {
            [("word", Self::Word), ("at", Self::At), ("tags", Self::Tags)]
                .into_iter()
                .find(|(known, _)| *known == name)
                .map(|(_, field)| field)
        }

        fn kind(self) -> Kind {
            match self {
                Self::Word => Kind::Words,
                Self::At => Kind::Instant,
                Self::Tags => Kind::Set,
            }
        }
    }

    #[derive(Clone, Debug)]
    struct Thing {
        word: Option<String>,
        at: i64,
        tags: Vec<String>,
    }

    impl Record<Field> for Thing {
        fn value(&self, field: Field) -> Shown<'_> {
            match field {
                Field::Word => self.word.as_deref().map_or(Shown::Missing, |word| Shown::Text(word.into())),
                Field::At => Shown::Number(self.at),
                Field::Tags => Shown::Set(self.tags.iter().map(String::as_str).collect()),
            }
        }
    }

    /// A condition as plainly as it can be said.
    #[derive(Clone, Debug)]
    enum Said {
        Word(&'static str, Option<String>),
        WordIn(bool, Vec<String>),
        At(&'static str, i64),
        Tag(bool, String),
        All(Vec<Said>),
        Any(Vec<Said>),
    }

    impl Said {
        /// The same as a query, below a path of brackets.
        fn query(&self, path: &str, parts: &mut Vec<String>) {
            let name = |field: &str, operator: &str| match (path, operator) {
                ("", "") => field.to_owned(),
                ("", operator) => format!("{field}[{operator}]"),
                (path, "") => format!("{path}[{field}]"),
                (path, operator) => format!("{path}[{field}][{operator}]"),
            };
            match self {
                Self::Word(operator, None) => parts.push(name("word", operator)),
                Self::Word(operator, Some(word)) => parts.push(format!("{}={word}", name("word", operator))),
                Self::WordIn(is_in, words) => {
                    let name = name("word", if *is_in { "$in" } else { "$nin" });
                    parts.extend(words.iter().enumerate().map(|(place, word)| format!("{name}[{place}]={word}")));
                    if words.is_empty() {
                        parts.push(format!("{name}=%23[]"));
                    }
                }
                Self::At(operator, at) => parts.push(format!("{}={at}", name("at", operator))),
                Self::Tag(is_there, tag) => parts.push(format!("{}={tag}", name("tags", if *is_there { "" } else { "$ne" }))),
                Self::All(all) | Self::Any(all) => {
                    let word = if matches!(self, Self::All(_)) { "$and" } else { "$or" };
                    let below = if path.is_empty() { word.to_owned() } else { format!("{path}[{word}]") };
                    for (place, said) in all.iter().enumerate() {
                        said.query(&format!("{below}[{place}]"), parts);
                    }
                }
            }
        }

        fn is_true(&self, thing: &Thing) -> bool {
            match self {
                Self::Word("", word) => thing.word == *word,
                Self::Word("$ne", word) => thing.word != *word,
                Self::Word(operator, Some(word)) => thing.word.as_ref().is_some_and(|own| match *operator {
                    "$gt" => own > word,
                    "$gte" => own >= word,
                    "$lt" => own < word,
                    _ => own <= word,
                }),
                Self::Word(_, None) => false,
                Self::WordIn(is_in, words) => thing.word.as_ref().is_some_and(|own| words.contains(own)) == *is_in,
                Self::At(operator, at) => match *operator {
                    "" => thing.at == *at,
                    "$ne" => thing.at != *at,
                    "$gt" => thing.at > *at,
                    "$gte" => thing.at >= *at,
                    "$lt" => thing.at < *at,
                    _ => thing.at <= *at,
                },
                Self::Tag(is_there, tag) => thing.tags.contains(tag) == *is_there,
                Self::All(all) => all.iter().all(|said| said.is_true(thing)),
                Self::Any(all) => all.iter().any(|said| said.is_true(thing)),
            }
        }
    }

    fn said() -> impl Strategy<Value = Said> {
        let operator = prop::sample::select(vec!["", "$ne", "$gt", "$gte", "$lt", "$lte"]);
        let word = || "[ab]{1,2}";
        let leaf = prop_oneof![
            (operator.clone(), prop::option::of(word())).prop_map(|(operator, word)| Said::Word(operator, word)),
            (any::<bool>(), prop::collection::vec(word(), 0..3)).prop_map(|(is_in, words)| Said::WordIn(is_in, words)),
            (operator, -2i64..3).prop_map(|(operator, at)| Said::At(operator, at)),
            (any::<bool>(), word()).prop_map(|(is_there, tag)| Said::Tag(is_there, tag)),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let several = prop::collection::vec(inner, 1..3);
            prop_oneof![several.clone().prop_map(Said::All), several.prop_map(Said::Any)]
        })
    }

    fn thing() -> impl Strategy<Value = Thing> {
        (prop::option::of("[ab]{1,2}"), -2i64..3, prop::collection::vec("[ab]{1,2}", 0..3)).prop_map(|(word, at, tags)| Thing {
            word,
            at,
            tags,
        })
    }

    proptest! {
        #[test]
        fn a_condition_means_what_it_plainly_says(said in said(), things in prop::collection::vec(thing(), 1..20)) {
            let mut parts = Vec::new();
            said.query("", &mut parts);
            let query = parts.join("&");
            let parsed: Query<Field> = Query::parse(&query).unwrap();
            for thing in &things {
                prop_assert_eq!(parsed.condition.holds(thing), said.is_true(thing), "{} {:?}", query, thing);
            }
        }

        #[test]
        fn any_query_is_read_or_refused(query in "[a-z$\\[\\]=&%#0-9.{}/-]{0,80}") {
            let _ = Query::<Field>::parse(&query);
        }
    }
}
