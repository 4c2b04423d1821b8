//! What the command line asks of a world: every command as data, carried out in one place.
//!
//! A command that finds the data directory free opens the world itself and calls [`execute`]; one that finds it held by
//! a server sends the same data over that server's control socket ([`start`]), which calls the same function.

mod holder;
mod past;
mod places;
mod refusal;
mod rows;
mod socket;

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::backup::{self, UNWATCHED, Watch};
use crate::config::did_you_mean;
use crate::dialects::access;
use crate::domain::{
    Dialect, Email, Error, Language, NewPerson, NewToken, OrganizationPatch, OrganizationRole, PersonName, Scopes, Slug, TimeZone,
    Timestamp, TokenId, TokenState,
};
use crate::export;
use crate::jobs;
use crate::ops::{accounts, administration, audit, contacts, erasure, organizations, tokens};
use crate::sandbox;
use crate::session_file::SessionFile;
use crate::store::{Cause, Tx};
use crate::world::{Mode, World};

pub use holder::{Held, Holder, VERSION};
pub use places::{PlaceCommand, ReservationCommand, WantedTime};
pub use refusal::{Fault, Refusal};
pub use rows::{BackupMade, ErasureState, ExportMade, Made, Organization, Person, Place, Reservation, ServerSettings, Status, Token};
pub use socket::{AskError, Control, ask, ask_watched, os_user, start};

/// Something an administrator wants.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// How the world is.
    Status,
    /// What the running server goes by.
    Settings,
    /// Makes a new key of the set-up page.
    SetupKey,
    /// About administrators of this server.
    Admin(AdminCommand),
    /// About organizations.
    Organization(OrganizationCommand),
    /// About people.
    User(UserCommand),
    /// About tokens.
    Token(TokenCommand),
    /// About what happened in conference rooms elsewhere.
    Past(PastCommand),
    /// Makes a backup.
    Backup {
        /// The folder that gets it; none: the usual one.
        to: Option<PathBuf>,
    },
    /// Exports everything.
    Export {
        /// The folder that gets it.
        to: PathBuf,
    },
    /// About meeting rooms with walls.
    Place(PlaceCommand),
    /// About their reservations.
    Reservation(ReservationCommand),
    /// One person asks another, by e-mail, to become a contact.
    RequestContact {
        /// Who asks.
        from: String,
        /// Who is asked.
        to: String,
        /// Words to go with it.
        message: String,
    },
}

/// About what happened in conference rooms elsewhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are the flags of the command line")]
pub enum PastCommand {
    /// Adds a recording from a file that this machine has.
    AddRecording {
        organization: Option<String>,
        room: String,
        file: PathBuf,
        name: Option<String>,
        started_ms: Option<i64>,
        duration_s: i64,
    },
    /// Adds a session that is over.
    ImportSession { organization: Option<String>, room: String, session: SessionFile },
}

/// About administrators of this server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are the flags of the command line")]
pub enum AdminCommand {
    /// Makes somebody an administrator. Passwords come hashed: hashing is slow and belongs to neither writer nor socket.
    Create { organization: Option<String>, email: String, password_hash: String },
    /// Lists them.
    List,
    /// Gives one a new password.
    ResetPassword { email: String, password_hash: String },
    /// Takes the right away.
    Disable { email: String },
}

/// About organizations.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are the flags of the command line")]
pub enum OrganizationCommand {
    /// Makes one.
    Create { slug: String, name: String, time_zone: String },
    /// Changes one.
    Edit { slug: String, name: Option<String>, time_zone: Option<String>, language: Option<String> },
    /// Lists them.
    List,
}

/// About people.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are the flags of the command line")]
pub enum UserCommand {
    /// Adds a person.
    Create { organization: Option<String>, email: String, name: String, role: String },
    /// Lists them.
    List { organization: Option<String> },
    /// Refuses a person's tokens from the next request on.
    Disable { email: String },
    /// Lets them in again.
    Enable { email: String },
    /// Erases a person and, if wanted, what they wrote.
    Erase { email: String, is_blanking: bool },
}

/// About tokens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are the flags of the command line")]
pub enum TokenCommand {
    /// Makes one.
    Create {
        organization: Option<String>,
        dialect: String,
        user: Option<String>,
        scopes: Vec<String>,
        expires: Option<Expiry>,
        note: String,
    },
    /// Lists them.
    List { organization: Option<String> },
    /// Takes one back.
    Revoke { organization: Option<String>, id: i64 },
    /// Replaces one; the old one works for `overlap_s` more seconds.
    Rotate { organization: Option<String>, id: i64, overlap_s: u32 },
}

/// When a token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expiry {
    /// So many seconds after it was made, by the world's own clock.
    AfterSeconds(u32),
    /// At this instant, in milliseconds since 1970.
    AtMs(i64),
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// How the world is.
    Status(Status),
    /// What the running server goes by.
    Settings(ServerSettings),
    /// The key of the set-up page.
    SetupKey(String),
    /// Organizations.
    Organizations(Vec<Organization>),
    /// People.
    People(Vec<Person>),
    /// How far an erasure got.
    Erasure(ErasureState),
    /// Tokens, without secrets.
    Tokens(Vec<Token>),
    /// A new token, with its secret.
    Made(Made),
    /// The id of a contact request.
    ContactRequest(i64),
    /// The id of a recording.
    Recording(i64),
    /// The id of a session.
    Session(i64),
    /// A backup.
    Backup(BackupMade),
    /// An export.
    Export(ExportMade),
    /// Meeting rooms with walls.
    Places(Vec<Place>),
    /// Their reservations.
    Reservations(Vec<Reservation>),
}

impl Command {
    /// How long it may take: backups and exports copy everything there is, an erasure looks at all of it, a recording may be large
    /// and lie on a slow disk. What a server goes by it knows by heart.
    fn patience(&self) -> Duration {
        let is_long = matches!(
            self,
            Self::Backup { .. }
                | Self::Export { .. }
                | Self::User(UserCommand::Erase { .. })
                | Self::Past(PastCommand::AddRecording { .. })
        );
        match self {
            Self::Settings => Duration::from_secs(5),
            _ if is_long => Duration::from_secs(6 * 60 * 60),
            _ => Duration::from_secs(30),
        }
    }

    /// Whether it makes sense in a data directory where nothing is yet.
    pub fn may_found(&self) -> bool {
        matches!(
            self,
            Self::Admin(AdminCommand::Create { .. })
                | Self::Organization(OrganizationCommand::Create { .. })
                | Self::User(UserCommand::Create { .. })
        )
    }
}

/// Carries a command out. Blocks.
pub fn execute(world: &World, cause: Cause, command: Command) -> Result<Answer, Refusal> {
    execute_watched(world, cause, command, UNWATCHED)
}

/// The same; what takes long tells how far it is.
pub fn execute_watched(world: &World, cause: Cause, command: Command, watch: Watch<'_>) -> Result<Answer, Refusal> {
    match command {
        Command::Status => status(world).map(Answer::Status).map_err(Refusal::from),
        Command::Settings => Err(Refusal::usage("no server runs, so there is nothing that one goes by".to_owned())),
        Command::SetupKey if world.mode() == Mode::Sandbox => Err(no_setup_page()),
        Command::SetupKey => {
            let key = world.write_blocking(cause, administration::renew_setup_key).map_err(set_up_already)?;
            Ok(Answer::SetupKey(key))
        }
        Command::Admin(command) => administer(world, cause, command),
        Command::Organization(command) => organize(world, cause, command),
        Command::User(command) => manage_people(world, cause, command),
        Command::Token(command) => manage_tokens(world, cause, command),
        Command::Past(command) => past::tell(world, cause, command),
        Command::Backup { to } => {
            let below = to.unwrap_or_else(|| backup::usual_folder(world.dir()));
            let made = backup::create(world, &below, watch)?;
            let elsewhere = made.made_elsewhere(world.dir());
            world.write_blocking(cause, move |tx| audit::note_backup(tx, elsewhere))?;
            Ok(Answer::Backup(made.into()))
        }
        Command::Export { to } => {
            let made = export::export(world, &to, watch)?;
            world.write_blocking(cause, audit::note_export)?;
            Ok(Answer::Export(made.into()))
        }
        Command::Place(command) => places::furnish(world, cause, command),
        Command::Reservation(command) => places::reserve(world, cause, command),
        Command::RequestContact { from, to, message } => {
            let id = world.write_blocking(cause, move |tx| contacts::request_contact(tx, &from, &to, &message))?;
            Ok(Answer::ContactRequest(id.get()))
        }
    }
}

fn administer(world: &World, cause: Cause, command: AdminCommand) -> Result<Answer, Refusal> {
    let people = match command {
        AdminCommand::Create { organization, email, password_hash } => {
            let email = Email::parse(&email)?;
            let create = move |tx: &Tx<'_>| accounts::create_admin(tx, organization.as_deref(), &email, &password_hash);
            vec![world.write_blocking(cause, create).map_err(already_admin)?]
        }
        AdminCommand::List => world.read(accounts::list_admins)?,
        AdminCommand::ResetPassword { email, password_hash } => {
            let email = Email::parse(&email)?;
            vec![world.write_blocking(cause, move |tx| accounts::reset_admin_password(tx, &email, &password_hash))?]
        }
        AdminCommand::Disable { email } => {
            let email = Email::parse(&email)?;
            vec![world.write_blocking(cause, move |tx| accounts::disable_admin(tx, &email))?]
        }
    };
    Ok(Answer::People(people.into_iter().map(Person::from).collect()))
}

/// A sandbox is an office already; only whoever asks for a sign-in lacks an administrator.
fn no_setup_page() -> Refusal {
    let mut refusal = Refusal::from(Error::NotHere("a sandbox has no set-up page"));
    refusal.message = "a sandbox has no set-up page. Its page /admin asks for a password only with --login or --expose; then \
        `crosstalk admin create --email alice@example.com` gives Alice one"
        .to_owned();
    refusal
}

fn set_up_already(error: Error) -> Refusal {
    let mut refusal = Refusal::from(error.clone());
    if matches!(error, Error::Taken(_)) {
        refusal.message = "this server has an administrator already; `crosstalk admin list` shows who, and \
            `crosstalk admin reset-password --email EMAIL` helps who forgot the password"
            .to_owned();
    }
    refusal
}

fn already_admin(error: Error) -> Refusal {
    let mut refusal = Refusal::from(error.clone());
    if matches!(error, Error::Taken(_)) {
        refusal.message =
            "this person is an administrator already; `crosstalk admin reset-password --email EMAIL` gives them a new password".to_owned();
    }
    refusal
}

fn organize(world: &World, cause: Cause, command: OrganizationCommand) -> Result<Answer, Refusal> {
    let found = match command {
        OrganizationCommand::Create { slug, name, time_zone } => {
            let (slug, zone) = (Slug::parse(&slug)?, TimeZone::parse(&time_zone)?);
            world.write_blocking(cause, move |tx| {
                let id = organizations::create_organization(tx, &slug, &name, &zone)?;
                Ok(organizations::list_organizations(tx)?.into_iter().filter(|made| made.id == id).collect())
            })?
        }
        OrganizationCommand::Edit { slug, name, time_zone, language } => {
            let zone = time_zone.map(|zone| TimeZone::parse(&zone)).transpose()?;
            let language = language.map(|code| Language::named(&code)).transpose()?;
            let patch = OrganizationPatch { name, zone, language };
            vec![world.write_blocking(cause, move |tx| organizations::edit_organization(tx, &slug, &patch))?]
        }
        OrganizationCommand::List => world.read(organizations::list_organizations)?,
    };
    Ok(Answer::Organizations(found.into_iter().map(Organization::from).collect()))
}

fn manage_people(world: &World, cause: Cause, command: UserCommand) -> Result<Answer, Refusal> {
    let people = match command {
        UserCommand::Create { organization, email, name, role } => {
            let role = OrganizationRole::named(&role)?;
            let person = NewPerson { email: Email::parse(&email)?, name: PersonName::parse(&name)?, role };
            let email = person.email.clone();
            let made = world.write_blocking(cause, move |tx| accounts::create_user(tx, organization.as_deref(), &person));
            vec![made.map_err(|error| address_taken(world, &email, error))?]
        }
        UserCommand::List { organization } => world.read(|tx| accounts::list_users(tx, organization.as_deref()))?,
        UserCommand::Disable { email } => vec![set_disabled(world, cause, &email, true)?],
        UserCommand::Enable { email } => vec![set_disabled(world, cause, &email, false)?],
        UserCommand::Erase { email, is_blanking } => {
            let email = Email::parse(&email)?;
            let erasure = world.write_blocking(cause, move |tx| erasure::begin_erasure_of(tx, None, &email, is_blanking))?;
            return Ok(Answer::Erasure(jobs::carry_out(world, erasure)?.into()));
        }
    };
    Ok(Answer::People(people.into_iter().map(Person::from).collect()))
}

/// An address is one person's on the whole server: who is told that it is taken is told by whom.
fn address_taken(world: &World, email: &Email, error: Error) -> Refusal {
    let owner = match &error {
        Error::Taken(_) => world.read(|tx| accounts::find_owner(tx, email)).ok().flatten(),
        _ => None,
    };
    let mut refusal = Refusal::from(error);
    if let Some((person, slug)) = owner {
        refusal.message = format!(
            "{} is the address of {} in the organization {slug} already, and an address belongs to one person of a server; \
             `crosstalk user list --organization {slug}` shows everybody there. Give another address",
            email.as_str(),
            person.account.person.name
        );
    }
    refusal
}

fn set_disabled(world: &World, cause: Cause, email: &str, is_disabled: bool) -> Result<crate::domain::AccountProfile, Error> {
    let email = Email::parse(email)?;
    world.write_blocking(cause, move |tx| accounts::set_user_disabled(tx, &email, is_disabled))
}

fn manage_tokens(world: &World, cause: Cause, command: TokenCommand) -> Result<Answer, Refusal> {
    match command {
        TokenCommand::Create { organization, dialect, user, scopes, expires, note } => {
            let dialect = parse_dialect(&dialect)?;
            let scopes = parse_scopes(dialect, scopes)?;
            let user = user.as_deref().map(Email::parse).transpose()?;
            let made = world.write_blocking(cause, move |tx| {
                let token = NewToken { dialect, scopes, expires: expires.map(|expiry| instant(tx, expiry)), note };
                tokens::create_token(tx, organization.as_deref(), user.as_ref(), &token)
            })?;
            Ok(Answer::Made(Made::from(made)))
        }
        TokenCommand::List { organization } => {
            let list =
                |tx: &Tx<'_>| Ok(tokens::list_tokens(tx, organization.as_deref())?.into_iter().map(|token| (token, tx.now)).collect());
            let found: Vec<_> = world.read(list)?;
            Ok(Answer::Tokens(found.into_iter().map(|(token, now)| Token::at(token, now)).collect()))
        }
        TokenCommand::Revoke { organization, id } => {
            let revoke = move |tx: &Tx<'_>| Ok((tokens::revoke_token(tx, organization.as_deref(), TokenId::new(id))?, tx.now));
            let (token, now) = world.write_blocking(cause, revoke)?;
            Ok(Answer::Tokens(vec![Token::at(token, now)]))
        }
        TokenCommand::Rotate { organization, id, overlap_s } => {
            let rotate = move |tx: &Tx<'_>| tokens::rotate_token(tx, organization.as_deref(), TokenId::new(id), overlap_s);
            Ok(Answer::Made(Made::from(world.write_blocking(cause, rotate)?)))
        }
    }
}

fn instant(tx: &Tx<'_>, expiry: Expiry) -> Timestamp {
    match expiry {
        Expiry::AfterSeconds(seconds) => tx.now.plus_ms(i64::from(seconds) * 1_000),
        Expiry::AtMs(ms) => Timestamp::from_ms(ms),
    }
}

/// The dialect of this name, or which one may have been meant.
pub fn parse_dialect(name: &str) -> Result<Dialect, Refusal> {
    Dialect::named(name).filter(|dialect| Dialect::ALL.contains(dialect)).ok_or_else(|| {
        let names = Dialect::ALL.map(Dialect::name);
        Refusal::usage(format!("there is no dialect {name:?}.{} There are {}.", did_you_mean(name, names), names.join(", ")))
    })
}

fn parse_scopes(dialect: Dialect, names: Vec<String>) -> Result<Scopes, Refusal> {
    let known = access::of(dialect).map_or(&[][..], |way| way.scopes);
    for name in &names {
        if !known.contains(&name.as_str()) {
            return Err(Refusal::usage(match known {
                [] => format!("tokens for {} have no scopes. Leave --scope out.", dialect.name()),
                _ => format!("there is no scope {name:?}.{} All scopes: {}.", did_you_mean(name, known.iter().copied()), known.join(" ")),
            }));
        }
    }
    Ok(Scopes::parse(&names.join(" "))?)
}

fn status(world: &World) -> Result<Status, Error> {
    let (organizations, people, tokens) = world.read(|tx| {
        let organizations = organizations::list_organizations(tx)?;
        let (mut people, mut active) = (0, 0);
        for organization in &organizations {
            let slug = Some(organization.slug.as_str());
            people += accounts::list_users(tx, slug)?.iter().filter(|person| person.disabled.is_none()).count();
            active += tokens::list_tokens(tx, slug)?
                .into_iter()
                .filter(|token| matches!(token.state(tx.now), TokenState::Active | TokenState::Ending))
                .count();
        }
        Ok((organizations.len(), people, active))
    })?;
    Ok(Status {
        mode: world.mode().name().to_owned(),
        server_name: world.server_name().to_owned(),
        organizations,
        people,
        tokens,
        has_well_known_tokens: sandbox::has_well_known_tokens(world)?,
    })
}

#[cfg(test)]
mod tests;
