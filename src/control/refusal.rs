//! Why a command was not carried out, in words for who administers the server.

use serde::{Deserialize, Serialize};

use crate::backup::BackupError;
use crate::domain::{Error, Noun};
use crate::export::ExportError;

/// Whose fault a refusal is, which decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The command can't be carried out.
    Failed,
    /// The command makes no sense.
    Usage,
}

/// Why a command was not carried out, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Whose fault.
    pub fault: Fault,
    /// What happened, why, and what to do.
    pub message: String,
}

impl Refusal {
    pub(super) fn usage(message: String) -> Self {
        Self { fault: Fault::Usage, message }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let fault = if matches!(error, Error::Invalid(..) | Error::Missing(_) | Error::Fields(_)) { Fault::Usage } else { Fault::Failed };
        let advice = match &error {
            Error::NotFound(Noun::Account) => "; `crosstalk user list` shows everybody",
            Error::NotFound(Noun::Organization) => "; `crosstalk organization list` shows all",
            Error::NotFound(Noun::Meeting) => "; name it by its id, its PIN or the last part of its address",
            Error::NotFound(Noun::Place) => "; `crosstalk place list` shows all",
            Error::NotFound(Noun::Reservation) => "; `crosstalk reservation list --period MONTH` shows those of a month",
            Error::Taken("time") => "; `crosstalk reservation list --period DAY` shows who has the meeting room",
            Error::LastAdmin => "; make another one first with `crosstalk admin create`",
            Error::NotFound(Noun::Token) => "; `crosstalk token list` shows all",
            _ => "",
        };
        // Whoever reads this administers the server: the cause is for them.
        let cause = if let Error::Internal(cause) = &error { format!(": {cause}") } else { String::new() };
        Self { fault, message: format!("{}{cause}{advice}", error.plain()) }
    }
}

impl From<BackupError> for Refusal {
    fn from(error: BackupError) -> Self {
        Self { fault: Fault::Failed, message: error.to_string() }
    }
}

impl From<ExportError> for Refusal {
    fn from(error: ExportError) -> Self {
        let fault =
            if matches!(error, ExportError::Occupied { .. } | ExportError::MountPoint { .. }) { Fault::Usage } else { Fault::Failed };
        Self { fault, message: error.to_string() }
    }
}
