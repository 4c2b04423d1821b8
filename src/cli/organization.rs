//! `crosstalk organization`: tenants of one server, which do not see each other.

use clap::Subcommand;

use super::failure::Failure;
use super::{Global, output};
use crate::control::{self, Answer, Command};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk organization create --name 'Tokyo Branch' --slug tokyo --time-zone Asia/Tokyo
  crosstalk organization edit office --time-zone Europe/Warsaw --language pl
  crosstalk user create --organization tokyo --email kim@example.org --name Kim";

#[derive(Debug, Subcommand)]
pub(super) enum OrganizationCommand {
    /// Make an organization
    Create {
        /// Its name, as people see it
        #[arg(long)]
        name: String,
        /// Its short name for command lines: a-z, 0-9 and -
        #[arg(long)]
        slug: String,
        /// The zone its days are counted in, such as Asia/Tokyo
        #[arg(long, value_name = "ZONE", default_value = "UTC")]
        time_zone: String,
    },
    /// Change an organization; what is not named stays
    Edit {
        /// Its short name
        slug: String,
        /// Its name, as people see it
        #[arg(long)]
        name: Option<String>,
        /// The zone its days are counted in, such as Asia/Tokyo
        #[arg(long, value_name = "ZONE")]
        time_zone: Option<String>,
        /// The language of letters to people whose own is not known: en, pl, ja or vi
        #[arg(long, value_name = "CODE")]
        language: Option<String>,
    },
    /// List the organizations
    List,
}

pub(super) fn run(global: &Global, command: OrganizationCommand) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let ask = |command| super::ask::ask(&loaded, Command::Organization(command));
    match command {
        OrganizationCommand::Create { name, slug, time_zone } => {
            ask(control::OrganizationCommand::Create { slug: slug.clone(), name, time_zone })?;
            output::say(&format!("The organization {slug} is made. From the second one on, name it with --organization {slug}."));
        }
        OrganizationCommand::Edit { slug, name, time_zone, language } => {
            ask(control::OrganizationCommand::Edit { slug: slug.clone(), name, time_zone, language })?;
            output::say(&format!("The organization {slug} is changed."));
        }
        OrganizationCommand::List => {
            if let Answer::Organizations(found) = ask(control::OrganizationCommand::List)? {
                let rows = found.into_iter().map(|one| [one.id.to_string(), one.slug, one.name, one.time_zone, one.language]);
                return output::print(&output::table(["id", "slug", "name", "time zone", "language"], rows.collect()));
            }
        }
    }
    Ok(())
}
