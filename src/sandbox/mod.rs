//! What only the sandbox has: a small made-up office to try things on. Built only on ops.

mod annex;
mod contents;
mod meeting;
mod place;
mod seed;
mod seed_file;
mod story;
#[cfg(test)]
mod wrong_files;

pub use seed::{Persona, SandboxToken, Seeded, TOKENS, Tokens, WellKnownToken, seed};
pub use seed_file::SeedFile;

use crate::domain::{Dialect, Error};
use crate::ops::{accounts, organizations, sign_in, tokens};
use crate::store::Cause;
use crate::world::{Mode, World};
use seed_file::SECRET_PREFIX;

/// The well-known token of a dialect that acts as Alice, or as the whole organization.
pub fn well_known_token(dialect: Dialect) -> Option<&'static str> {
    TOKENS.iter().find(|token| token.dialect == dialect).map(|token| token.secret)
}

/// Whether nobody has been put into this world yet.
pub fn is_fresh(world: &World) -> Result<bool, Error> {
    world.read(|tx| Ok(organizations::list_organizations(tx)?.len() == 1 && accounts::list_users(tx, None)?.is_empty()))
}

/// The well-known tokens that work here: none in an office, nor in a sandbox that was exposed.
pub fn working_tokens(world: &World) -> Result<Vec<&'static WellKnownToken>, Error> {
    let is_sandbox = world.mode() == Mode::Sandbox;
    world.read(|tx| {
        let works = |token: &&WellKnownToken| sign_in::authenticate(tx, token.secret, token.dialect, is_sandbox).is_ok();
        Ok(TOKENS.iter().filter(works).collect())
    })
}

/// Whether one of the well-known tokens works here.
pub fn has_well_known_tokens(world: &World) -> Result<bool, Error> {
    Ok(!working_tokens(world)?.is_empty())
}

/// Takes every token back that others may know, a well-known one or one of a seed file, and gives random ones instead.
pub fn replace_well_known_tokens(world: &World) -> Result<Vec<SandboxToken>, Error> {
    world.write_blocking(Cause::job("expose"), move |tx| {
        let mut replaced = Vec::new();
        for organization in organizations::list_organizations(tx)? {
            let tokens = tokens::list_tokens(tx, Some(&organization.slug))?;
            for known in tokens.into_iter().filter(|token| token.revoked.is_none() && SECRET_PREFIX.starts_with(&token.prefix)) {
                let made = tokens::rotate_token(tx, None, known.id, 0)?;
                // What belongs to an organization acts as its service account, which has no address.
                let person = Some(known.acts_as.as_str()).filter(|name| name.contains('@'));
                replaced.push(SandboxToken::new(known.dialect, person, made.secret));
            }
        }
        Ok(replaced)
    })
}

#[cfg(test)]
mod tests {
    use super::{SeedFile, Tokens, has_well_known_tokens, is_fresh, replace_well_known_tokens, seed, well_known_token};
    use crate::domain::Dialect;
    use crate::sandbox::seed::tests::sandbox;

    #[test]
    fn well_known_tokens_can_be_replaced_once() {
        let (_folder, world) = sandbox();
        assert!(is_fresh(&world).unwrap());
        seed(&world, Tokens::WellKnown, SeedFile::default()).unwrap();
        assert!(!is_fresh(&world).unwrap() && has_well_known_tokens(&world).unwrap());
        let replaced = replace_well_known_tokens(&world).unwrap();
        assert_eq!(replaced.len(), 10);
        assert!(replaced.iter().all(|token| !token.secret.starts_with("sandbox")));
        assert!(!has_well_known_tokens(&world).unwrap());
        assert!(replace_well_known_tokens(&world).unwrap().is_empty());
    }

    #[test]
    fn an_exposed_sandbox_never_has_the_well_known_tokens() {
        let (_folder, world) = sandbox();
        let seeded = seed(&world, Tokens::Random, SeedFile::default()).unwrap();
        assert!(seeded.tokens.iter().all(|token| !token.secret.starts_with("sandbox")));
        assert!(!has_well_known_tokens(&world).unwrap());
    }

    #[test]
    fn every_dialect_has_a_well_known_token() {
        assert!(Dialect::ALL.into_iter().all(|dialect| well_known_token(dialect).is_some()));
    }
}
