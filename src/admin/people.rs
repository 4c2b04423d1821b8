//! `/users`.

use std::time::Duration;

use actix_web::http::StatusCode;

use super::requests::{self, required};
use super::wire::{DoneOut, ErasureByEmailIn, ErasureIn, ErasureOut, PageOut, PasswordIn, UserIn, UserOut};
use crate::domain::{AccountId, AccountPatch, Actor, Email, ErasureId, Error, NewPerson, Noun, OrganizationRole, PersonName};
use crate::ops::{accounts, erasure};
use crate::store::Tx;
use crate::web::{Call, Fault, Out, Reply, Typed, With, passwords};
use crate::world::World;

/// How long whoever asks for an erasure waits for the write-ahead log to be emptied.
const PATIENCE: Duration = Duration::from_secs(1);

/// GET /users
pub(super) async fn get_users(call: Call) -> Reply<PageOut<UserOut>> {
    let query = call.query()?;
    let (limit, offset) = requests::part(&query)?;
    let organization = query.text("organization")?;
    let wanted = query.text("q")?.map(str::to_lowercase).unwrap_or_default();
    let fits = |text: &str| text.to_lowercase().contains(&wanted);
    let mut found = call.read(|tx, _| accounts::list_users(tx, organization))?;
    found.retain(|user| wanted.is_empty() || fits(&user.account.person.name) || fits(&user.email));
    let total = found.len();
    Ok(Out(PageOut { items: found.into_iter().skip(offset).take(limit).map(UserOut::from).collect(), total }))
}

/// POST /users
pub(super) async fn post_user(call: Call, Typed(body): Typed<UserIn>) -> Result<With<UserOut>, Fault> {
    let person = NewPerson {
        email: Email::parse(&required(body.email, "email")?)?,
        name: PersonName::parse(&required(body.name, "name")?)?,
        role: body.role.map_or(Ok(OrganizationRole::Member), |word| OrganizationRole::named(&word))?,
    };
    let made = call.write(move |tx, _| accounts::create_user(tx, body.organization.as_deref(), &person)).await?;
    Ok(With(StatusCode::CREATED, made.into()))
}

fn user_in_path(call: &Call) -> Result<AccountId, Error> {
    requests::id_in_path(call, "account_id", Error::NotFound(Noun::Account))
}

/// PATCH /users/{account_id}
pub(super) async fn patch_user(call: Call, Typed(body): Typed<UserIn>) -> Reply<UserOut> {
    let id = user_in_path(&call)?;
    let patch = AccountPatch {
        name: body.name.map(|name| PersonName::parse(&name)).transpose()?,
        email: body.email.map(|email| Email::parse(&email)).transpose()?,
        role: body.role.map(|word| OrganizationRole::named(&word)).transpose()?,
        is_disabled: body.is_disabled,
    };
    Ok(Out(call.write(move |tx, actor| accounts::edit_user(tx, actor.account, id, &patch)).await?.into()))
}

/// PUT /users/{account_id}/admin
pub(super) async fn put_admin(call: Call, Typed(body): Typed<PasswordIn>) -> Reply<UserOut> {
    let id = user_in_path(&call)?;
    let hash = passwords::hash(requests::new_password(body.password)?).await?;
    Ok(Out(call.write(move |tx, _| accounts::grant_admin(tx, id, &hash)).await?.into()))
}

/// DELETE /users/{account_id}/admin
pub(super) async fn delete_admin(call: Call) -> Reply<DoneOut> {
    let id = user_in_path(&call)?;
    call.write(move |tx, _| accounts::withdraw_admin(tx, id)).await?;
    Ok(Out(DoneOut {}))
}

/// POST /users/{account_id}/erasure: the person is nobody from now on; the rest follows within moments.
pub(super) async fn post_erasure(call: Call, Typed(body): Typed<ErasureIn>) -> Reply<ErasureOut> {
    let id = user_in_path(&call)?;
    let is_blanking = is_blanking(body.messages)?;
    begin(&call, move |tx, actor| erasure::begin_erasure(tx, Some(actor.account), id, is_blanking)).await
}

/// POST /erasures: whoever has the address, with or without an account.
pub(super) async fn post_erasure_by_email(call: Call, Typed(body): Typed<ErasureByEmailIn>) -> Reply<ErasureOut> {
    let email = Email::parse(&required(body.email, "email")?)?;
    let is_blanking = is_blanking(body.messages)?;
    begin(&call, move |tx, actor| erasure::begin_erasure_of(tx, Some(actor.account), &email, is_blanking)).await
}

async fn begin(call: &Call, work: impl FnOnce(&Tx<'_>, &Actor) -> Result<ErasureId, Error> + Send + 'static) -> Reply<ErasureOut> {
    let begin = move |tx: &Tx<'_>, actor: &Actor| work(tx, actor).and_then(|id| Ok((id, erasure::is_waiting(tx, id)?)));
    let (id, is_waiting) = call.write(begin).await?;
    Ok(Out(ErasureOut::going_on(id, is_waiting)))
}

/// GET /erasures/{erasure_id}: how far it is. What is over is forgotten, its id too.
pub(super) async fn get_erasure(call: Call) -> Reply<ErasureOut> {
    let id: ErasureId = requests::id_in_path(&call, "erasure_id", Error::NotFound(Noun::Account))?;
    let look = move |world: &World| {
        let (is_open, is_waiting) = world.read(|tx| Ok((erasure::find_next(tx, id)?.is_some(), erasure::is_waiting(tx, id)?)))?;
        Ok(match is_open {
            true => ErasureOut::going_on(id, is_waiting),
            false => ErasureOut::at_the_end(id, world.empty_log(PATIENCE)),
        })
    };
    Ok(Out(call.blocking(look).await?))
}

fn is_blanking(messages: Option<String>) -> Result<bool, Error> {
    match required(messages, "messages")?.as_str() {
        "keep" => Ok(false),
        "blank" => Ok(true),
        _ => Err(Error::Invalid("messages", "say keep or blank")),
    }
}
