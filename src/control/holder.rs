//! Who holds a data directory, as its lock file tells.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::Listen;
use crate::world::{self, Mode};

/// This program's version: a command and the server it talks to have the same.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The process that holds a data directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// What the directory is for.
    pub mode: String,
    /// Its version.
    pub version: String,
    /// Where it serves; nowhere if it is a command.
    pub listen: Vec<String>,
    /// Its control socket; none if it is a command.
    pub control: Option<PathBuf>,
    /// The authority that protects its connections, where it is this office's own: clients have to be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<PathBuf>,
}

/// Whether a data directory is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nobody holds it.
    Free,
    /// This process does.
    By(Holder),
    /// Some process does and has not said yet who it is.
    BySomebody,
}

impl Holder {
    /// This process, as a server.
    pub fn server(mode: Mode, endpoints: &[Listen], control: &Path, authority: Option<PathBuf>) -> Self {
        let listen = endpoints.iter().map(|listen| listen.url()).collect();
        Self { listen, control: Some(control.to_owned()), authority, ..Self::command(mode) }
    }

    /// This process, as a command that ends soon.
    pub fn command(mode: Mode) -> Self {
        let mode = mode.name().to_owned();
        Self { pid: std::process::id(), mode, version: VERSION.to_owned(), listen: Vec::new(), control: None, authority: None }
    }

    /// Who holds a directory.
    pub fn of(dir: &Path) -> io::Result<Held> {
        Ok(match world::holder_of(dir)? {
            None => Held::Free,
            Some(text) => Self::parse(&text).map_or(Held::BySomebody, Held::By),
        })
    }

    /// Reads the text of a lock file.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The text for a lock file.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.control.is_some() { self.mode.as_str() } else { "command" };
        write!(f, "crosstalk {} ({what}, process {}", self.version, self.pid)?;
        self.listen.iter().try_for_each(|address| write!(f, ", {address}"))?;
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::path::Path;

    use super::Holder;
    use crate::world::Mode;

    #[test]
    fn what_is_written_is_read_again() {
        let holder =
            Holder::server(Mode::Office, &[SocketAddr::from(([127, 0, 0, 1], 43121)).into()], Path::new("/data/control.sock"), None);
        assert_eq!(Holder::parse(&holder.text()), Some(holder.clone()));
        assert!(holder.text().contains(r#""listen":["http://127.0.0.1:43121"],"control":"/data/control.sock"}"#), "{}", holder.text());
        assert!(holder.to_string().contains("http://127.0.0.1:43121"));
        assert_eq!(Holder::parse(""), None);
    }
}
