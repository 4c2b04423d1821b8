//! `crosstalk admin`: who may administer this server.

use clap::{Args, Subcommand};

use super::failure::Failure;
use super::{Global, output, password, user};
use crate::control::{self, Answer, Command};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk admin create --email kim@example.org
  crosstalk admin create --email kim@example.org --password-stdin < password.txt
  crosstalk admin list";

#[derive(Debug, Subcommand)]
pub(super) enum AdminCommand {
    /// Make somebody an administrator; asks for a password
    Create {
        #[command(flatten)]
        who: Who,
        /// Take the password from the first line of stdin
        #[arg(long)]
        password_stdin: bool,
        /// The organization a new person belongs to, if there are several
        #[arg(long, value_name = "SLUG")]
        organization: Option<String>,
    },
    /// List the administrators
    List,
    /// Give an administrator a new password
    ResetPassword {
        #[command(flatten)]
        who: Who,
        /// Take the password from the first line of stdin
        #[arg(long)]
        password_stdin: bool,
    },
    /// Take an administrator's right away; the person stays
    Disable {
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Args)]
pub(super) struct Who {
    /// The administrator's e-mail address
    #[arg(long)]
    email: String,
}

pub(super) fn run(global: &Global, command: AdminCommand) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let ask = |command| super::ask::ask(&loaded, Command::Admin(command));
    match command {
        AdminCommand::Create { who: Who { email }, password_stdin, organization } => {
            let password_hash = password::hash(&password::read(password_stdin)?)?;
            ask(control::AdminCommand::Create { organization, email: email.clone(), password_hash })?;
            output::say(&format!("{email} is an administrator of this server now."));
        }
        AdminCommand::List => {
            if let Answer::People(people) = ask(control::AdminCommand::List)? {
                return user::print_table(people);
            }
        }
        AdminCommand::ResetPassword { who: Who { email }, password_stdin } => {
            let password_hash = password::hash(&password::read(password_stdin)?)?;
            ask(control::AdminCommand::ResetPassword { email: email.clone(), password_hash })?;
            output::say(&format!("{email} has a new password."));
        }
        AdminCommand::Disable { who: Who { email } } => {
            ask(control::AdminCommand::Disable { email: email.clone() })?;
            output::say(&format!("{email} is no administrator any more; the person stays."));
        }
    }
    Ok(())
}
