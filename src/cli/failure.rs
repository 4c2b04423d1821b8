//! Why a command failed, and with which code it exits.

use std::process::ExitCode;

use super::curl::directed;
use super::output;
use crate::app::StartError;
use crate::config::{Loaded, Origin, Problem};
use crate::control::{Fault, Holder, Refusal};
use crate::domain::Error;
use crate::store::OpenError;
use crate::tls::TlsError;
use crate::world::WorldError;

/// The exit codes that mean trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// It could not be done.
    Failed = 1,
    /// It makes no sense as it was asked.
    Usage = 2,
    /// The configuration is wrong.
    Config = 3,
    /// The server does not run, or not well.
    Unhealthy = 4,
    /// An address or the data directory is in use.
    InUse = 5,
    /// The data directory is for something else, or from a newer program.
    Mode = 6,
}

/// A failure: what happened, why, and what to do.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) message: String,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    /// The same with commands that are about the data directory that this one was about.
    pub(super) fn on(self, loaded: &Loaded) -> Self {
        Self { message: directed(&self.message, loaded), ..self }
    }

    /// Tells it and gives the code to exit with.
    pub(super) fn tell(&self) -> ExitCode {
        output::complain(&format!("error: {}", self.message));
        ExitCode::from(self.exit as u8)
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        let is_usage = problems.iter().all(|problem| matches!(problem.origin, Origin::Flag(_)));
        let told: Vec<String> = problems.iter().map(Problem::to_string).collect();
        Self::new(if is_usage { Exit::Usage } else { Exit::Config }, told.join("\nerror: "))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let exit = match refusal.fault {
            Fault::Failed => Exit::Failed,
            Fault::Usage => Exit::Usage,
        };
        Self::new(exit, refusal.message)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Refusal::from(error).into()
    }
}

impl From<WorldError> for Failure {
    fn from(error: WorldError) -> Self {
        match error {
            WorldError::InUse { dir, holder } => {
                let holder = Holder::parse(&holder).map_or_else(|| "another process".to_owned(), |holder| holder.to_string());
                Self::new(Exit::InUse, WorldError::InUse { dir, holder }.to_string())
            }
            WorldError::WrongMode { .. } => Self::new(Exit::Mode, error.to_string()),
            WorldError::Store { dir, cause: cause @ OpenError::NewerSchema { .. } } => {
                let advice = "Run the newer crosstalk on it, or put back the copy in its folder `backups`";
                Self::new(Exit::Mode, format!("the data directory {dir} can't be opened: {cause}. {advice}."))
            }
            WorldError::Store { .. }
            | WorldError::Io { .. }
            | WorldError::Copy { .. }
            | WorldError::Unfinished { .. }
            | WorldError::Remains { .. }
            | WorldError::First { .. } => Self::new(Exit::Failed, error.to_string()),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match &error {
            StartError::Bind { listen, cause } => match cause.kind() {
                std::io::ErrorKind::AddrInUse => Self::new(Exit::InUse, error.to_string()),
                std::io::ErrorKind::PermissionDenied => {
                    let advice = format!("Ports below 1024 need the system's permission; choose a higher one with {}", listen.flag());
                    Self::new(Exit::Failed, format!("can't listen on {listen}: {cause}. {advice}."))
                }
                _ => {
                    let advice = format!("Choose an address of this machine with {}", listen.flag());
                    Self::new(Exit::Failed, format!("can't listen on {listen}: {cause}. {advice}."))
                }
            },
            // What somebody configured is at fault, unless it is the data directory.
            StartError::Tls(TlsError::Office { .. } | TlsError::Library(_)) => Self::new(Exit::Failed, error.to_string()),
            StartError::Tls(_) => Self::new(Exit::Config, error.to_string()),
            StartError::Other(_) => Self::new(Exit::Failed, error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{Exit, Failure};
    use crate::app::StartError;
    use crate::config::{Listen, Origin, Problem};
    use crate::store::OpenError;
    use crate::world::{Mode, WorldError};

    fn world_error(error: WorldError) -> (Exit, String) {
        let failure = Failure::from(error);
        (failure.exit, failure.message)
    }

    #[test]
    fn a_directory_in_use_names_its_holder() {
        let holder = r#"{"pid":4711,"mode":"office","version":"0.1.0","listen":["http://127.0.0.1:1"],"control":"/x"}"#.to_owned();
        let (exit, message) = world_error(WorldError::InUse { dir: "data".to_owned(), holder });
        assert_eq!(exit, Exit::InUse);
        assert!(message.contains("crosstalk 0.1.0 (office, process 4711, http://127.0.0.1:1)"), "{message}");
    }

    #[test]
    fn a_newer_schema_and_a_wrong_mode_have_their_own_code() {
        let cause = OpenError::NewerSchema { found: 9, known: 1 };
        let (exit, message) = world_error(WorldError::Store { dir: "data".to_owned(), cause });
        assert_eq!((exit, message.contains("newer crosstalk")), (Exit::Mode, true));
        let wrong = WorldError::WrongMode { dir: "data".to_owned(), found: Mode::Sandbox };
        assert_eq!(world_error(wrong).0, Exit::Mode);
    }

    #[test]
    fn a_taken_address_is_told_from_other_ones() {
        let listen: Listen = SocketAddr::from(([127, 0, 0, 1], 80)).into();
        let bind = |kind: std::io::ErrorKind| Failure::from(StartError::Bind { listen, cause: kind.into() }).exit;
        assert_eq!(bind(std::io::ErrorKind::AddrInUse), Exit::InUse);
        assert_eq!(bind(std::io::ErrorKind::AddrNotAvailable), Exit::Failed);
    }

    #[test]
    fn a_wrong_flag_is_wrong_usage_and_a_wrong_file_wrong_configuration() {
        let problem =
            |origin: Origin| Problem { key: "server.listen".to_owned(), origin, cause: "no".to_owned(), fix: "Change it.".to_owned() };
        assert_eq!(Failure::from(vec![problem(Origin::Flag("--listen"))]).exit, Exit::Usage);
        assert_eq!(Failure::from(vec![problem(Origin::Flag("--listen")), problem(Origin::File("x".into()))]).exit, Exit::Config);
    }
}
