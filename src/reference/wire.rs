//! What the pages of the reference have to know about this server.

use serde::Serialize;

use super::contract::Contract;
use crate::domain::Dialect;
use crate::sandbox::WellKnownToken;

/// This server and its APIs.
#[derive(Debug, Serialize)]
pub(super) struct ServerOut {
    mode: &'static str,
    version: &'static str,
    base: String,
    dialects: Vec<DialectOut>,
}

/// An API.
#[derive(Debug, Serialize)]
struct DialectOut {
    name: &'static str,
    title: &'static str,
    prefix: &'static str,
    tokens: Vec<TokenOut>,
}

/// A token that anybody may use: only a sandbox has such.
#[derive(Debug, Serialize)]
struct TokenOut {
    header: &'static str,
    secret: &'static str,
    person: Option<&'static str>,
}

impl ServerOut {
    /// `known`: the well-known tokens to show.
    pub(super) fn new(mode: &'static str, base: String, known: &[&'static WellKnownToken]) -> Self {
        let dialects = Contract::served().map(|contract| DialectOut {
            name: contract.dialect.name(),
            title: contract.title,
            prefix: contract.prefix,
            tokens: tokens(contract, known),
        });
        Self { mode, version: env!("CARGO_PKG_VERSION"), base, dialects: dialects.collect() }
    }
}

fn tokens(contract: &Contract, known: &[&'static WellKnownToken]) -> Vec<TokenOut> {
    let header_of = |dialect: Dialect| match contract.personal {
        Some((header, personal)) if personal == dialect => Some(header),
        _ => (contract.dialect == dialect).then_some(contract.header),
    };
    let shown = known.iter().filter_map(|token| {
        let person = token.person.map(|person| person.words());
        header_of(token.dialect).map(|header| TokenOut { header, secret: token.secret, person })
    });
    shown.collect()
}
