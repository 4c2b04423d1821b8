//! `crosstalk doctor`: whether everything is well, beside a running server and without one.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::ask::{Word, holder_of, settings_of};
use super::failure::{Exit, Failure};
use super::nearby::directory;
use super::{Global, output};
use crate::config::{Config, Loaded, MailConfig};
use crate::control::Held;
use crate::doctor::{self, Finding, MAY_DIFFER, Report, State, Wish};
use crate::mail::Sender;
use crate::store::Clock;

pub(super) const EXAMPLES: &str = "\
Examples:
  # also beside a running server; nothing is changed
  crosstalk doctor --data /srv/crosstalk
  # where your backups go to
  crosstalk doctor --data /srv/crosstalk --backups /mnt/nas
  # reads every content through, for a timer
  crosstalk doctor --data /srv/crosstalk --deep --json

Exit codes: 0 well, also with warnings; 4 something is broken.";

/// How long a mail server may take to answer somebody who waits for the report.
const MAIL_PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Read everything through: every content of a file, every index of the database
    #[arg(long)]
    deep: bool,
    /// Connect to the mail server and sign in, too; without this nothing connects to anywhere
    #[arg(long)]
    connect: bool,
    /// The folder that backups are made in [default: backup.dir of the settings, or backups in the data directory]
    #[arg(long, value_name = "DIR")]
    backups: Option<PathBuf>,
    /// Print what was found as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(global: &Global, args: DoctorArgs) -> Result<(), Failure> {
    let report = Report::new(match global.load(Vec::new()) {
        Ok(loaded) => look(&loaded, &args).into_iter().map(|finding| directed(finding, &loaded)).collect(),
        Err(failure) => vec![Finding::bad("configuration", failure.message, "`crosstalk config check` tells the same")],
    });
    output::print(&if args.json { json(&report)? } else { text(&report) })?;
    match report.state {
        State::Bad => Err(Failure::new(Exit::Unhealthy, "something is broken; see what was found above")),
        State::Good | State::Warning | State::Unknown => Ok(()),
    }
}

/// What it advises is about the data directory that was looked at.
fn directed(finding: Finding, loaded: &Loaded) -> Finding {
    let advice = finding.advice.map(|advice| super::curl::directed(&advice, loaded));
    Finding { advice, ..finding }
}

fn look(loaded: &Loaded, args: &DoctorArgs) -> Vec<Finding> {
    let dir = directory(loaded);
    let held = holder_of(&dir);
    let holder = match &held {
        Ok(Held::By(holder)) if holder.control.is_some() => Some(holder),
        _ => None,
    };
    let word = holder.map_or(Word::None, settings_of);
    let is_silent = matches!(word, Word::Silence);
    let served = word.settings();
    // What this command was told goes before what the server goes by.
    let mut config = served.as_ref().map_or_else(|| loaded.config.clone(), |served| loaded.completed(&served.values));
    config.data.dir = dir;
    let wish = Wish {
        is_deep: args.deep,
        backups: args.backups.clone(),
        now: Clock::Real.now(),
        may_differ: holder.is_some() && served.is_none(),
        is_told: served.is_some(),
        backup_failure: served.and_then(|served| served.backup_failure),
    };
    let mut findings = vec![Finding::good("configuration", "it is fine"), server(held, is_silent)];
    findings.extend(doctor::examine(&config, &wish));
    findings.push(mail_server(&config, args.connect, wish.may_differ));
    findings
}

fn server(held: Result<Held, Failure>, is_silent: bool) -> Finding {
    match held {
        Ok(Held::Free) => Finding::good("server", "none runs on the data directory"),
        Ok(Held::By(holder)) if is_silent => Finding::bad(
            "server",
            format!("{holder} runs, but does not answer"),
            format!("Look at its log and at how busy the machine is; if it stays so, end process {} and start it again", holder.pid),
        ),
        Ok(Held::By(holder)) => Finding::good("server", format!("{holder} runs")),
        Ok(Held::BySomebody) => {
            Finding::warning("server", "a process holds the data directory and does not say who it is", "Try again in a moment")
        }
        Err(failure) => Finding::bad("server", failure.message, "Run this as the user that the server runs as"),
    }
}

/// Never connects without being asked.
fn mail_server(config: &Config, connects: bool, may_differ: bool) -> Finding {
    let mail = &config.mail;
    let Some(host) = &mail.smtp_host else {
        if may_differ {
            return Finding::unknown("mail-server", MAY_DIFFER);
        }
        return Finding::good("mail-server", "none is named; mails are kept, with readable copies in outbox/");
    };
    if !connects {
        return Finding::unknown("mail-server", format!("{host} was not tried; --connect does"));
    }
    if mail.smtp_user.is_some() && mail.smtp_password.is_none() {
        return Finding::unknown("mail-server", format!("{host} was not tried: only the server knows its password; add --config FILE"));
    }
    match try_mail_server(mail, config.server.name.as_deref().unwrap_or("localhost"), MAIL_PATIENCE) {
        Ok(()) => Finding::good("mail-server", format!("{host} answers")),
        Err(why) => Finding::warning(
            "mail-server",
            format!("{host}: {why}"),
            "Check mail.smtp_host, smtp_port, smtp_security, smtp_user and the password",
        ),
    }
}

fn try_mail_server(mail: &MailConfig, name: &str, patience: Duration) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|cause| cause.to_string())?;
    // A sender needs the runtime at its beginning and at its end.
    runtime.block_on(async {
        match Sender::new(mail, name) {
            Ok(Some(sender)) => match tokio::time::timeout(patience, sender.check()).await {
                Ok(answered) => answered,
                Err(_) => Err(format!("it gave no answer within {} seconds", patience.as_secs())),
            },
            Ok(None) => Ok(()),
            Err(cause) => Err(cause.to_string()),
        }
    })
}

fn json(report: &Report) -> Result<String, Failure> {
    serde_json::to_string_pretty(report).map_err(|cause| Failure::new(Exit::Failed, format!("the report can't be written: {cause}.")))
}

/// A line for each finding, and below it what to do.
fn text(report: &Report) -> String {
    let line = |finding: &Finding| {
        let advice = finding.advice.iter().map(|advice| format!("\n{:<9}{:<15}  → {advice}.", "", ""));
        format!("{:<9}{:<15}  {}{}", word(finding.state), finding.check, finding.message, advice.collect::<String>())
    };
    report.checks.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn word(state: State) -> &'static str {
    match state {
        State::Good => "good",
        State::Warning => "warning",
        State::Bad => "BROKEN",
        State::Unknown => "-",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Finding, Report, State, text, try_mail_server};
    use crate::config::MailConfig;

    #[test]
    fn a_mail_server_that_says_nothing_is_not_waited_for_long() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let smtp_port = Some(silent.local_addr().unwrap().port());
        let mail = MailConfig { smtp_host: Some("127.0.0.1".to_owned()), smtp_port, ..MailConfig::default() };
        let why = try_mail_server(&mail, "localhost", Duration::from_millis(20)).unwrap_err();
        assert!(why.contains("no answer within"), "{why}");
    }

    #[test]
    fn the_worst_finding_decides_and_advice_stands_below() {
        let good = || Finding::good("schema", "12");
        let warning = || Finding::warning("backup", "there is none", "Make one");
        let state = |findings| Report::new(findings).state;
        assert_eq!(state(vec![good(), Finding::unknown("mail-server", "not tried")]), State::Good);
        assert_eq!(state(vec![good(), warning()]), State::Warning);
        assert_eq!(state(vec![Finding::bad("database", "broken", "Restore"), warning()]), State::Bad);
        let told = text(&Report::new(vec![good(), warning()]));
        assert_eq!(told.lines().count(), 3);
        assert!(told.ends_with("→ Make one."), "{told}");
    }
}
