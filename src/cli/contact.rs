//! `crosstalk contact request`: what no vendor's API can create.

use clap::Subcommand;

use super::failure::Failure;
use super::{Global, output};
use crate::control::{Answer, Command};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk contact request --from kim@example.org --to lee@example.org --message 'Shall we talk?'";

#[derive(Debug, Subcommand)]
pub(super) enum ContactCommand {
    /// Ask somebody, in another's name, to become a contact; prints the id of the request
    Request {
        /// Who asks, by e-mail
        #[arg(long, value_name = "EMAIL")]
        from: String,
        /// Who is asked, by e-mail
        #[arg(long, value_name = "EMAIL")]
        to: String,
        /// Words to go with it
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        message: String,
    },
}

pub(super) fn run(global: &Global, command: ContactCommand) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let ContactCommand::Request { from, to, message } = command;
    let words = format!("{from} asks {to}; {to} can accept or decline it through the API.");
    if let Answer::ContactRequest(id) = super::ask::ask(&loaded, Command::RequestContact { from, to, message })? {
        output::print(&id.to_string())?;
        output::say(&words);
    }
    Ok(())
}
