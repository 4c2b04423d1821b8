//! Finding people and rooms by what callers call them: e-mail addresses, ids, names.

use crate::domain::{AccountId, Actor, Error, RoomId};
use crate::store::{self, Tx};

/// Somebody, and what the caller called them.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) account: AccountId,
}

/// Who is called so in the actor's organization, each once and in order, and the names that nobody has. The actor itself
/// has an id too.
pub(super) fn people(tx: &Tx<'_>, actor: &Actor, names: &[String]) -> Result<(Vec<Named>, Vec<String>), Error> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for name in names {
        match person(tx, actor, name)? {
            Some(account) if known.iter().any(|other: &Named| other.account == account) => {}
            Some(account) => known.push(Named { name: name.clone(), account }),
            None => unknown.push(name.clone()),
        }
    }
    Ok((known, unknown))
}

/// Who is called so. What was sent as `a+b@example.org` without encoding arrives with a blank.
pub(super) fn person(tx: &Tx<'_>, actor: &Actor, name: &str) -> Result<Option<AccountId>, Error> {
    let found = store::accounts::find_named(tx, actor.organization, name)?;
    if found.is_some() || !name.contains(' ') {
        return Ok(found);
    }
    store::accounts::find_named(tx, actor.organization, &name.replace(' ', "+"))
}

/// The group that is called so: by exactly this name, else by one that differs in width and case of letters alone, else
/// by its id. Several of one name are none.
pub(super) fn group(tx: &Tx<'_>, actor: &Actor, name: &str) -> Result<RoomId, Error> {
    for find in [store::rooms::list_groups_named, store::rooms::list_groups_called] {
        match find(tx, actor.organization, name)?.as_slice() {
            [] => {}
            [only] => return Ok(*only),
            _ => return Err(Error::Ambiguous("name")),
        }
    }
    store::rooms::find_group_by_text(tx, actor.organization, name.trim())?.ok_or(Error::RoomHidden)
}
