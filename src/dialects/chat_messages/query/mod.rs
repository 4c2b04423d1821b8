//! The query language of Feathers, as far as official clients use it: conditions, order, page, and what to show.

mod condition;
mod given;

pub(super) use condition::{Condition, Fields, Kind, Operand, Record, Shown, Test};

use crate::domain::{Error, Problem};
use crate::web::{Node, Tree};
use condition::conditions;
use given::Given;

/// Most entries that one answer has, and what is meant without a limit.
pub(super) const CAP: usize = 1_000;

/// What a request asks for.
#[derive(Clone, Debug)]
pub(super) struct Query<F> {
    /// What has to be true.
    pub(super) condition: Condition<F>,
    /// By what it is ordered, and whether the other way round.
    pub(super) sort: Vec<(F, bool)>,
    /// How many at most.
    pub(super) limit: usize,
    /// How many to leave out at the beginning.
    pub(super) skip: usize,
    /// What to show; none shows all.
    pub(super) select: Option<Vec<String>>,
    /// Whether the total is asked for; none leaves it to the server.
    pub(super) wants_total: Option<bool>,
}

/// A complaint about a part of the query.
pub(super) fn refused(field: &str, why: &str) -> Error {
    Error::Fields(vec![Problem { field: field.to_owned(), why: why.to_owned() }])
}

impl<F: Fields> Query<F> {
    /// Reads a query.
    pub(super) fn parse(query: &str) -> Result<Self, Error> {
        let tree = Tree::of_query(query)?;
        let mut parsed =
            Self { condition: Condition::All(Vec::new()), sort: Vec::new(), limit: CAP, skip: 0, select: None, wants_total: None };
        let mut filters = Vec::new();
        let mut totals = Vec::new();
        for (name, node) in tree.root().entries() {
            match name.as_str() {
                "$limit" => parsed.limit = natural(name, node)?.min(CAP),
                "$skip" => parsed.skip = natural(name, node)?,
                "$sort" => parsed.sort = sorts(node)?,
                "$select" | "$project" => parsed.select = Some(names(name, node)?),
                "$total" | "$paginate" => totals.push(flag(name, node)?),
                _ => filters.push((name.clone(), node)),
            }
        }
        parsed.condition = conditions(&filters)?;
        parsed.wants_total = if parsed.limit == 0 { Some(true) } else { totals.iter().copied().reduce(|one, other| one || other) };
        Ok(parsed)
    }

    /// Whether it wants everything, in the usual order.
    pub(super) fn is_plain(&self) -> bool {
        self.sort.is_empty() && matches!(&self.condition, Condition::All(parts) if parts.is_empty())
    }
}

/// A whole number from 0 on; one that is too large for anything is as good as the largest.
fn natural(name: &str, node: &Node) -> Result<usize, Error> {
    let why = "use a whole number from 0 on";
    let number = match Given::read(name, node)? {
        Given::Number(number) => number,
        Given::Text(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().map_err(|_| refused(name, why))?
        }
        _ => return Err(refused(name, why)),
    };
    if number >= 0.0 && number.fract() == 0.0 { Ok(number as usize) } else { Err(refused(name, why)) }
}

fn flag(name: &str, node: &Node) -> Result<bool, Error> {
    match Given::read(name, node)? {
        Given::Flag(flag) => Ok(flag),
        Given::Number(number) if number == 1.0 || number == 0.0 => Ok(number == 1.0),
        Given::Text("true" | "1") => Ok(true),
        Given::Text("false" | "0") => Ok(false),
        _ => Err(refused(name, "use true or false")),
    }
}

/// `$sort[createdAt]=-1`. GUESS: an unknown field orders nothing.
fn sorts<F: Fields>(node: &Node) -> Result<Vec<(F, bool)>, Error> {
    let Node::Branch(entries) = node else { return Err(refused("$sort", "name a field in brackets, such as $sort[createdAt]=-1")) };
    let mut sorts = Vec::new();
    for (name, node) in entries {
        let is_reversed = match Given::read("$sort", node)? {
            Given::Number(1.0) | Given::Text("1") => false,
            Given::Number(-1.0) | Given::Text("-1") => true,
            _ => return Err(refused("$sort", "use 1 or -1")),
        };
        sorts.extend(F::named(name).map(|field| (field, is_reversed)));
    }
    Ok(sorts)
}

/// Names of fields, one or a list.
fn names(name: &str, node: &Node) -> Result<Vec<String>, Error> {
    let one = |node: &Node| match Given::read(name, node)? {
        Given::Text(text) => Ok(text.to_owned()),
        _ => Err(refused(name, "use names of fields")),
    };
    match Given::read(name, node)? {
        Given::Text(text) => Ok(vec![text.to_owned()]),
        Given::Nothing => Ok(Vec::new()),
        Given::Branch(entries) => given::list(name, entries)?.into_iter().map(one).collect(),
        _ => Err(refused(name, "use names of fields")),
    }
}
