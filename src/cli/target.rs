//! Which server the printed examples are for.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::ask::holder_of;
use super::failure::Failure;
use super::nearby::directory;
use crate::config::{Listen, Loaded};
use crate::control::{self, Answer, Command, Held, Holder};
use crate::domain::Dialect;
use crate::sandbox::well_known_token;
use crate::world::Mode;

/// Where a sandbox listens unless told otherwise.
pub(super) const SANDBOX_ADDRESS: &str = "127.0.0.1:8080";

/// A server to send examples to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// Its address, without a path.
    pub(super) base: String,
    /// Whether well-known tokens work there.
    pub(super) has_well_known_tokens: bool,
    /// The authority that clients have to be told of, where it protects the connections there.
    pub(super) authority: Option<PathBuf>,
}

impl Target {
    /// The server that runs on the data directory; without data there, the one sandbox that runs; without one, a sandbox at its usual address.
    pub(super) fn find(loaded: &Loaded) -> Result<Self, Failure> {
        let usual = Self { base: format!("http://{SANDBOX_ADDRESS}"), has_well_known_tokens: true, authority: None };
        let Held::By(holder) = holder_of(&directory(loaded))? else { return Ok(usual) };
        let Some(listen) = holder.listen.first() else { return Ok(usual) };
        let authority = holder.authority.clone().filter(|_| listen.starts_with("https:"));
        let has_well_known_tokens = holder.mode == Mode::Sandbox.name() && knows_tokens(&holder);
        Ok(Self { base: reachable(listen), has_well_known_tokens, authority })
    }

    /// The token to show for a dialect; none: the reader has to bring one.
    pub(super) fn token(&self, dialect: Dialect) -> Option<&'static str> {
        well_known_token(dialect).filter(|_| self.has_well_known_tokens)
    }
}

fn knows_tokens(holder: &Holder) -> bool {
    let asked = holder.control.as_ref().map(|socket| control::ask(socket, &Command::Status));
    matches!(asked, Some(Ok(Ok(Answer::Status(status)))) if status.has_well_known_tokens)
}

/// An address one can connect to from this machine.
pub(super) fn reachable(listen: &str) -> String {
    let Some((scheme, rest)) = listen.split_once("://") else { return listen.to_owned() };
    match rest.parse::<SocketAddr>() {
        Ok(address) => Listen { is_tls: scheme == "https", address }.from_here().url(),
        Err(_) => listen.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, reachable};
    use crate::config::{Sources, load};
    use crate::domain::Dialect;

    #[test]
    fn without_a_server_examples_are_for_the_usual_sandbox() {
        let folder = tempfile::tempdir().unwrap();
        let flags = vec![("data.dir", "--data", vec![folder.path().display().to_string()])];
        let target = Target::find(&load(&Sources { flags, ..Sources::default() }).unwrap()).unwrap();
        assert_eq!(target.base, "http://127.0.0.1:8080");
        assert_eq!(target.token(Dialect::Chatwork), Some("sandboxChatworkAlice000000000001"));
    }

    #[test]
    fn an_address_that_stands_for_all_becomes_this_machine() {
        assert_eq!(reachable("http://0.0.0.0:80"), "http://127.0.0.1:80");
        assert_eq!(reachable("http://[::]:80"), "http://127.0.0.1:80");
        assert_eq!(reachable("https://0.0.0.0:8443"), "https://127.0.0.1:8443");
        assert_eq!(reachable("http://10.0.0.1:80"), "http://10.0.0.1:80");
    }
}
