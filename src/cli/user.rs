//! `crosstalk user`: the people of an organization.

use clap::{Args, Subcommand, ValueEnum};

use super::curl::program;
use super::failure::{Exit, Failure};
use super::{Global, output};
use crate::control::{self, Answer, Command, ErasureState, Person};
use crate::domain::OrganizationRole;

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk user create --email kim@example.org --name 'Kim Nguyễn'
  crosstalk user list
  crosstalk user disable --email kim@example.org
  crosstalk user erase --email kim@example.org --messages keep
  crosstalk user erase --email guest@elsewhere.example --messages blank";

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Add a person; prints the ids each API knows them by
    Create {
        #[command(flatten)]
        who: Who,
        /// Name, as others see it
        #[arg(long)]
        name: String,
        /// What they may do in the organization
        #[arg(long, value_enum, default_value_t = Role::Member)]
        role: Role,
        #[command(flatten)]
        place: Place,
    },
    /// List the people
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Disable a person: their tokens are refused from the next request on
    Disable {
        #[command(flatten)]
        who: Who,
    },
    /// Enable a person again
    Enable {
        #[command(flatten)]
        who: Who,
    },
    /// Erase a person for good: name, address, profile, files, tokens, and every other trace
    #[command(after_long_help = ERASE_WORDS)]
    Erase {
        /// E-mail address of the person, with or without an account
        #[arg(long)]
        email: String,
        /// What becomes of what the person wrote
        #[arg(long, value_enum, value_name = "keep|blank")]
        messages: Messages,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Messages {
    /// Messages stay, under the name "Erased person"
    Keep,
    /// Messages stay as empty places, as if they had been deleted
    Blank,
}

const ERASE_WORDS: &str = "\
Somebody without an account is erased by the address, too: registrations, invitations,
attendance, the address book, letters.
This can't be undone. What others wrote stays as it is, also where it names the person; so do
recordings. Backups and exports that were made before hold the person until they are cleared
away. Files leave the disk within about a day.";

#[derive(Debug, Args)]
pub(super) struct Who {
    /// The person's e-mail address
    #[arg(long)]
    email: String,
}

/// Which organization a command is about.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The organization, if there are several
    #[arg(long, value_name = "SLUG")]
    pub(super) organization: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Role {
    /// Manages people and rooms
    Admin,
    /// Manages chats
    ChatManager,
    /// Takes part
    Member,
}

impl From<Role> for OrganizationRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::ChatManager => Self::ChatManager,
            Role::Member => Self::Member,
        }
    }
}

pub(super) fn run(global: &Global, command: UserCommand) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let ask = |command| super::ask::ask(&loaded, Command::User(command));
    match command {
        UserCommand::Create { who: Who { email }, name, role, place: Place { organization } } => {
            let role = OrganizationRole::from(role).word().to_owned();
            let answer = ask(control::UserCommand::Create { organization, email, name, role })?;
            if let Answer::People(people) = answer {
                people.iter().try_for_each(|person| introduce(person, &program(&loaded)))?;
            }
        }
        UserCommand::List { place: Place { organization } } => {
            if let Answer::People(people) = ask(control::UserCommand::List { organization })? {
                return print_table(people);
            }
        }
        UserCommand::Disable { who: Who { email } } => {
            ask(control::UserCommand::Disable { email: email.clone() })?;
            output::say(&format!("{email} is disabled; their tokens are refused from now on."));
        }
        UserCommand::Enable { who: Who { email } } => {
            ask(control::UserCommand::Enable { email: email.clone() })?;
            output::say(&format!("{email} is enabled; their tokens work again."));
        }
        UserCommand::Erase { email, messages } => {
            if let Answer::Erasure(state) = ask(control::UserCommand::Erase { email, is_blanking: messages == Messages::Blank })? {
                return tell_erasure(state);
            }
        }
    }
    Ok(())
}

fn tell_erasure(state: ErasureState) -> Result<(), Failure> {
    match state {
        ErasureState::Done => output::say("The person is erased. Backups and exports that were made before still hold them."),
        ErasureState::WaitsForReaders => output::say(
            "The person is erased. Only the database's write-ahead log may still hold traces, as something reads an older state of the \
             database, a backup as a rule; when that is over, the log is emptied by itself. Backups and exports that were made before still hold them.",
        ),
        ErasureState::WaitsForLetter => {
            return Err(Failure::new(
                Exit::Failed,
                "the person is not erased altogether yet: a letter to them is on its way to the mail server, and \
                 what became of it is not known yet. Nobody can sign in as them any more, and the server goes on by itself when the letter has arrived or was given up; \
                 until then, letters and requests that name them stay. If no server runs, start it.",
            ));
        }
    }
    Ok(())
}

/// The ids of a new person, and what to do next.
fn introduce(person: &Person, program: &str) -> Result<(), Failure> {
    let row = |apis: &str, called: &str, id: &str| [apis.to_owned(), called.to_owned(), id.to_owned()];
    let rows = vec![
        row("Chatwork, ClickMeeting, Messenger", "account_id", &person.account_id.to_string()),
        row("CAM, chat-messages", "uid", &person.uid),
        row("Matrix", "local part", &person.local_part),
    ];
    output::say(&format!("{} <{}> is added. The APIs know this person as:", person.name, person.email));
    output::print(&output::table(["api", "called", "id"], rows))?;
    output::say(&format!("Next: {program} token create --dialect chatwork --user {}", person.email));
    Ok(())
}

/// People, one a line.
pub(super) fn print_table(people: Vec<Person>) -> Result<(), Failure> {
    let rows = people.into_iter().map(|person| {
        let state = if person.is_disabled { "disabled" } else { "active" };
        let rights = if person.is_server_admin { "server administrator" } else { "-" };
        let id = person.account_id.to_string();
        [id, person.email, person.name, person.role, rights.to_owned(), person.uid, state.to_owned()]
    });
    output::print(&output::table(["account id", "email", "name", "role", "rights", "uid", "state"], rows.collect()))
}

#[cfg(test)]
mod tests {
    use super::{ErasureState, Exit, tell_erasure};

    /// Scripts go by it: whoever has to be erased by a day is not yet.
    #[test]
    fn an_erasure_that_waits_for_a_letter_is_a_failure() {
        let waits = tell_erasure(ErasureState::WaitsForLetter).expect_err("not done yet");
        assert!(waits.exit == Exit::Failed && waits.message.contains("not erased altogether yet"));
        assert!(tell_erasure(ErasureState::Done).is_ok() && tell_erasure(ErasureState::WaitsForReaders).is_ok());
    }
}
