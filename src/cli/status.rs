//! `crosstalk status`: whether a server runs on the data directory, for people.

use std::path::Path;

use super::ask::holder_of;
use super::curl::program;
use super::failure::{Exit, Failure};
use super::nearby::directory;
use super::serving::full_path;
use super::{Global, output};
use crate::config::Loaded;
use crate::control::{self, Answer, Command, Held, Holder, Status};

pub(super) fn run(global: &Global) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let dir = directory(&loaded);
    let (holder, status) = look(&loaded, &dir).map_err(|message| Failure::new(Exit::Unhealthy, message))?;
    output::print(&describe(&dir, &holder, &status))
}

/// The server that runs on the data directory and how it is, or what is wrong.
pub(super) fn look(loaded: &Loaded, dir: &Path) -> Result<(Holder, Status), String> {
    let held = holder_of(dir);
    let dir = dir.display();
    let holder = match held.map_err(|failure| failure.message)? {
        Held::Free => return Err(format!("no server runs on the data directory {dir}. Start one with `{} serve`.", program(loaded))),
        Held::BySomebody => {
            return Err(format!("a process holds the data directory {dir} and does not answer yet. Try `{} wait`.", program(loaded)));
        }
        Held::By(holder) => holder,
    };
    let Some(socket) = &holder.control else { return Err(format!("{holder} holds the data directory {dir}, and it serves nothing.")) };
    match control::ask(socket, &Command::Status) {
        Ok(Ok(Answer::Status(status))) => Ok((holder, status)),
        Ok(Ok(_)) => Err(format!("{holder} gave an answer to something else. Restart it.")),
        Ok(Err(refusal)) => Err(format!("{holder} is not well: {}", refusal.message)),
        Err(cause) => Err(format!("{holder} holds the data directory {dir} and does not answer ({cause}). Look at its log.")),
    }
}

fn describe(dir: &Path, holder: &Holder, status: &Status) -> String {
    let count = |number: usize, one: &str, many: &str| output::count(number as u64, one, many);
    let holds = [
        count(status.organizations, "organization", "organizations"),
        count(status.people, "person", "people"),
        count(status.tokens, "token that works", "tokens that work"),
    ];
    let lines = [
        ("running", format!("{}, crosstalk {}, process {}", status.mode, holder.version, holder.pid)),
        ("serves", holder.listen.join(", ")),
        ("name", status.server_name.clone()),
        ("data", full_path(dir).display().to_string()),
        ("holds", holds.join(", ")),
    ];
    lines.map(|(name, value)| format!("{name:<9}{value}")).join("\n")
}
