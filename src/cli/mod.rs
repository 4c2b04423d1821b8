//! The command line: one file per command. Names, flags and exit codes are promises.
//!
//! What a program may read goes to stdout, words for people to stderr. A failure says what happened, why, and what to do.

mod admin;
mod ask;
mod backup;
mod config;
mod contact;
mod contract;
mod curl;
mod doctor;
mod document;
mod env;
#[cfg(test)]
mod examples;
mod export;
mod failure;
#[cfg(test)]
mod help;
mod logging;
mod nearby;
mod openapi;
mod organization;
mod output;
mod parse;
mod password;
mod place;
mod recording;
mod reservation;
mod sandbox;
mod serve;
mod serving;
mod session;
mod setup_url;
mod status;
mod target;
mod token;
mod user;
mod wait;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::config::{Loaded, LogLevel, Sources, load};
use failure::Failure;

const EXAMPLES: &str = "\
Examples:
  # a made-up office to try things on, gone at exit
  crosstalk sandbox
  # a real one
  crosstalk serve --data /srv/crosstalk
  crosstalk user create --data /srv/crosstalk --email kim@example.org --name Kim
  crosstalk token create --data /srv/crosstalk --dialect chatwork --user kim@example.org
  # a request to copy and run
  crosstalk curl chatwork post-message

Exit codes:
  0 ok, 1 failed, 2 wrong usage, 3 invalid configuration, 4 unhealthy,
  5 address or data directory in use, 6 wrong mode or newer schema";

/// Chat APIs that companies already have clients for, served from their own machine.
///
/// One binary, one port, one data directory: what is posted through one API is read through any other. `crosstalk serve`
/// is the real thing for an office; `crosstalk sandbox` is the same server with made-up people and well-known tokens.
/// Without a command, crosstalk serves.
#[derive(Debug, Parser)]
#[command(name = "crosstalk", version, after_long_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(flatten, next_help_heading = "Options of serve, which runs without a command")]
    serve: serve::ServeArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Flags that every command has.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// The data directory [default: ./data]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
    /// A configuration file; `crosstalk config template` prints one
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// How log lines look [default: text]
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"], global = true)]
    log_format: Option<String>,
    /// Say less; twice: only errors
    #[arg(short, long, action = ArgAction::Count, global = true, conflicts_with = "verbose")]
    quiet: u8,
    /// Log more; twice: everything
    #[arg(short, long, action = ArgAction::Count, global = true)]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve an office: the APIs on one port, everything kept in one data directory
    #[command(after_long_help = serve::EXAMPLES)]
    Serve(serve::ServeArgs),
    /// Serve a made-up office to try things on, with well-known tokens
    #[command(after_long_help = sandbox::EXAMPLES)]
    Sandbox(sandbox::SandboxArgs),
    /// Print an address that sets up a new server in a browser; good once, for half an hour
    #[command(after_long_help = setup_url::EXAMPLES)]
    SetupUrl,
    /// Make, list and disable administrators of this server, and give them new passwords
    #[command(subcommand, after_long_help = admin::EXAMPLES)]
    Admin(admin::AdminCommand),
    /// Make, list and edit organizations; one, called "Office", is there from the start
    #[command(subcommand, after_long_help = organization::EXAMPLES)]
    Organization(organization::OrganizationCommand),
    /// Add, list, disable, enable and erase people
    #[command(subcommand, after_long_help = user::EXAMPLES)]
    User(user::UserCommand),
    /// Make contact requests, which no vendor's API can
    #[command(subcommand, after_long_help = contact::EXAMPLES)]
    Contact(contact::ContactCommand),
    /// Add and list meeting rooms with walls, which no vendor's API can
    #[command(subcommand, after_long_help = place::EXAMPLES)]
    Place(place::PlaceCommand),
    /// Reserve meeting rooms with walls, which no vendor's API can
    #[command(subcommand, after_long_help = reservation::EXAMPLES)]
    Reservation(reservation::ReservationCommand),
    /// Add recordings to conference rooms, which no vendor's API can
    #[command(subcommand, after_long_help = recording::EXAMPLES)]
    Recording(recording::RecordingCommand),
    /// Add sessions of conference rooms that are over, which no vendor's API can
    #[command(subcommand, after_long_help = session::EXAMPLES)]
    Session(session::SessionCommand),
    /// Make, list, revoke and rotate tokens
    #[command(subcommand, after_long_help = token::EXAMPLES)]
    Token(token::TokenCommand),
    /// Make, check, list and restore backups
    #[command(subcommand, after_long_help = backup::EXAMPLES)]
    Backup(backup::BackupCommand),
    /// Write everything into a folder in an open format, JSON Lines and files; works beside a running server
    #[command(after_long_help = export::EXPORT_EXAMPLES)]
    Export(export::ExportArgs),
    /// Make a new data directory of an export
    #[command(after_long_help = export::IMPORT_EXAMPLES)]
    Import(export::ImportArgs),
    /// Say whether a server runs on the data directory, and how it is (exit code 4 if not)
    Status,
    /// Wait until a server runs on the data directory and answers (exit code 4 if it does not in time)
    #[command(after_long_help = wait::EXAMPLES)]
    Wait(wait::WaitArgs),
    /// Look whether everything is well: data, disk, backups, certificates (exit code 4 if something is broken)
    #[command(after_long_help = doctor::EXAMPLES)]
    Doctor(doctor::DoctorArgs),
    /// Show and check the configuration, or print a file to begin with
    #[command(subcommand, after_long_help = config::EXAMPLES)]
    Config(config::ConfigCommand),
    /// Print an API's contract (OpenAPI)
    #[command(after_long_help = openapi::EXAMPLES)]
    Openapi(openapi::OpenapiArgs),
    /// Print address, token and header of an API as shell exports
    #[command(after_long_help = env::EXAMPLES)]
    Env(env::EnvArgs),
    /// Print a request of an API as a curl line to copy and run
    #[command(after_long_help = curl::EXAMPLES)]
    Curl(curl::CurlArgs),
}

/// Runs what the arguments ask for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // Whatever it writes is somebody's messages or keys, whoever may look into the folder.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(told) => {
            // Help and version count as told, too; a closed pipe is nobody's problem.
            let _ = told.print();
            return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(1));
        }
    };
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

impl Cli {
    fn run(self) -> Result<(), Failure> {
        let global = &self.global;
        let Some(command) = self.command else { return serve::run(global, self.serve) };
        self.serve.must_be_empty()?;
        match command {
            Command::Serve(args) => serve::run(global, args),
            Command::Sandbox(args) => sandbox::run(global, args),
            Command::SetupUrl => setup_url::run(global),
            Command::Admin(command) => admin::run(global, command),
            Command::Organization(command) => organization::run(global, command),
            Command::User(command) => user::run(global, command),
            Command::Contact(command) => contact::run(global, command),
            Command::Place(command) => place::run(global, command),
            Command::Reservation(command) => reservation::run(global, command),
            Command::Recording(command) => recording::run(global, command),
            Command::Session(command) => session::run(global, command),
            Command::Token(command) => token::run(global, command),
            Command::Backup(command) => backup::run(global, command),
            Command::Export(args) => export::export(global, &args),
            Command::Import(args) => export::import(global, &args),
            Command::Status => status::run(global),
            Command::Wait(args) => wait::run(global, &args),
            Command::Doctor(args) => doctor::run(global, args),
            Command::Config(command) => config::run(global, command),
            Command::Openapi(args) => openapi::run(&args),
            Command::Env(args) => env::run(global, &args),
            Command::Curl(args) => curl::run(global, &args),
        }
    }
}

/// A flag's key in the configuration, its name, and its values.
type Flag = (&'static str, &'static str, Vec<String>);

impl Global {
    /// The configuration for a command, with its own flags, and logging set up accordingly.
    fn load(&self, flags: Vec<Flag>) -> Result<Loaded, Failure> {
        let loaded = self.read(flags)?;
        logging::start(&loaded, LogLevel::Warn);
        Ok(loaded)
    }

    /// The same for a command that serves: it also logs what is only worth knowing.
    fn load_to_serve(&self, flags: Vec<Flag>) -> Result<Loaded, Failure> {
        let loaded = self.read(flags)?;
        logging::start(&loaded, LogLevel::Info);
        Ok(loaded)
    }

    fn read(&self, mut flags: Vec<Flag>) -> Result<Loaded, Failure> {
        if self.quiet > 0 {
            output::be_quiet();
        }
        let data = self.data.as_ref().map(|dir| dir.display().to_string());
        flags.extend(data.map(|dir| ("data.dir", "--data", vec![dir])));
        flags.extend(self.log_format.clone().map(|format| ("log.format", "--log-format", vec![format])));
        let level = match (self.quiet, self.verbose) {
            (0, 0) => None,
            (0, 1) => Some(("-v", "debug")),
            (0, _) => Some(("-vv", "trace")),
            (1, _) => Some(("-q", "warn")),
            _ => Some(("-qq", "error")),
        };
        flags.extend(level.map(|(flag, level)| ("log.level", flag, vec![level.to_owned()])));
        let lossy = |(name, value): (OsString, OsString)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned());
        let sources = Sources { flags, environment: std::env::vars_os().map(lossy).collect(), file: self.config.clone() };
        load(&sources).map_err(Failure::from)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_flag_is_explained() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{} has no explanation", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {} has no explanation", command.get_name(), argument.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }

    #[test]
    fn commands_have_their_fixed_names() {
        let command = Cli::command();
        let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        let fixed = "serve sandbox setup-url admin organization user contact place reservation recording session token backup export import status wait doctor config \
                     openapi env curl";
        assert_eq!(names, fixed.split(' ').collect::<Vec<_>>());
    }
}
