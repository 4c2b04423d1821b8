//! `/tokens` and `/dialects`: what programs sign in with, and what for.

use actix_web::http::StatusCode;

use super::requests;
use super::wire::{DialectOut, ListOut, MadeTokenOut, PageOut, RevocationsIn, RevokedOut, RotationIn, TokenIn, TokenOut};
use crate::dialects::access;
use crate::domain::{Actor, Error, Noun, Timestamp, Token, TokenId};
use crate::ops::tokens;
use crate::store::Tx;
use crate::web::{Call, Fault, Out, Params, Reply, Typed, With};

/// Longest overlap of a rotation, in seconds: 30 days.
const MOST_OVERLAP_S: u32 = 30 * 24 * 3600;
/// Most tokens that are revoked at once.
const MOST_AT_ONCE: usize = 1_000;

/// GET /tokens
pub(super) async fn get_tokens(call: Call) -> Reply<PageOut<TokenOut>> {
    let query = call.query()?;
    let (limit, offset) = requests::part(&query)?;
    let filter = Filter::parse(&query)?;
    let organization = query.text("organization")?;
    let (mut found, now) = call.read(|tx, _| Ok((tokens::list_tokens(tx, organization)?, tx.now)))?;
    found.retain(|token| filter.fits(token, now));
    let total = found.len();
    let newest_first = found.into_iter().rev().skip(offset).take(limit);
    Ok(Out(PageOut { items: newest_first.map(|token| TokenOut::new(token, now)).collect(), total }))
}

/// Which tokens are asked for.
struct Filter {
    dialect: Option<String>,
    state: Option<String>,
    warning: Option<String>,
    words: String,
}

impl Filter {
    fn parse(query: &Params) -> Result<Self, Error> {
        let text = |name| Ok::<_, Error>(query.text(name)?.map(str::to_owned));
        let words = query.text("q")?.map(str::to_lowercase).unwrap_or_default();
        Ok(Self { dialect: text("dialect")?, state: text("state")?, warning: text("warning")?, words })
    }

    fn fits(&self, token: &Token, now: Timestamp) -> bool {
        let is = |wanted: &Option<String>, word: &str| wanted.as_deref().is_none_or(|wanted| wanted == word);
        let has_warning = self.warning.as_deref().is_none_or(|wanted| token.warnings(now).iter().any(|warning| warning.word() == wanted));
        let has_words = [&token.note, &token.acts_as, &token.prefix].iter().any(|text| text.to_lowercase().contains(&self.words));
        is(&self.dialect, token.dialect.name()) && is(&self.state, token.state(now).word()) && has_warning && has_words
    }
}

/// POST /tokens
pub(super) async fn post_token(call: Call, Typed(mut body): Typed<TokenIn>) -> Result<With<MadeTokenOut>, Fault> {
    let organization = body.organization.take();
    let (token, email) = requests::token(body)?;
    let made = call.write(move |tx, _| tokens::create_token(tx, organization.as_deref(), email.as_ref(), &token)).await?;
    Ok(With(StatusCode::CREATED, MadeTokenOut::new(made, &call.base())))
}

/// POST /tokens/{token_id}/rotation
pub(super) async fn post_rotation(call: Call, Typed(body): Typed<RotationIn>) -> Result<With<MadeTokenOut>, Fault> {
    let id: TokenId = requests::id_in_path(&call, "token_id", Error::NotFound(Noun::Token))?;
    let overlap_s = body.overlap_s.unwrap_or(0);
    if overlap_s > MOST_OVERLAP_S {
        return Err(Error::Invalid("overlap_s", "the old token works for at most 30 more days").into());
    }
    let made = call.write(move |tx, _| tokens::rotate_token(tx, body.organization.as_deref(), id, overlap_s)).await?;
    Ok(With(StatusCode::CREATED, MadeTokenOut::new(made, &call.base())))
}

/// POST /tokens/revocations. Those that are revoked already stay so; an unknown one refuses them all.
pub(super) async fn post_revocations(call: Call, Typed(body): Typed<RevocationsIn>) -> Reply<RevokedOut> {
    if body.ids.len() > MOST_AT_ONCE {
        return Err(Error::TooMany("tokens", MOST_AT_ONCE).into());
    }
    let revoked = body.ids.len();
    let revoke = move |tx: &Tx<'_>, _: &Actor| {
        let ids = body.ids.into_iter().map(TokenId::new);
        ids.map(|id| tokens::revoke_token(tx, body.organization.as_deref(), id)).try_for_each(|done| done.map(|_| ()))
    };
    call.write(revoke).await?;
    Ok(Out(RevokedOut { revoked }))
}

/// GET /dialects
pub(super) async fn get_dialects(call: Call) -> Reply<ListOut<DialectOut>> {
    let base = call.base();
    let shown = access::ALL.iter().map(|way| DialectOut {
        name: way.dialect.name(),
        title: way.title,
        is_personal: way.dialect.is_personal(),
        scopes: way.scopes,
        read_only: way.read_only(),
        notify_only: way.notify_only.to_vec(),
        header: way.header,
        base_url: base.clone(),
    });
    Ok(Out(ListOut { items: shown.collect() }))
}
