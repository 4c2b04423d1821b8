//! What a data directory stands on: disk, backups, certificates.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::wire::{Finding, State};
use super::{MAY_DIFFER, Wish, open_mode, warned_if};
use crate::backup::{self, Lacking, Newest, Owner};
use crate::config::{Config, ServerConfig, TlsMode};
use crate::domain::{Grain, Timestamp, size_in_words};
use crate::tls::{Certificate, SOON_MS, Tls, authority_in, check_files, office_folder, server_certificate_in};
use crate::world::usage::{self, Usage};

/// Less free space than this is bad: a write may fail any moment.
const LEAST_FREE: u64 = 100 << 20;
/// Less than this, or than a twentieth of the disk, is little.
const LITTLE_FREE: u64 = 1 << 30;
/// A backup that is older than a week is old.
const OLD_BACKUP_MS: i64 = 7 * Grain::Day.ms();
/// Making every machine trust a new authority takes a while: a quarter of a year.
const SOON_FOR_ALL_MS: i64 = 3 * SOON_MS;
/// What to do about a backup that a lost disk would take along.
const ELSEWHERE: &str = "Make one with `crosstalk backup create --to DIR` on another disk, and tell doctor of it with --backups DIR";

/// Whether there is room on the disk.
pub fn of_disk(usage: &Usage) -> State {
    let is_little = usage.free_bytes < LITTLE_FREE || usage.free_bytes < usage.disk_bytes / 20;
    if usage.free_bytes < LEAST_FREE { State::Bad } else { warned_if(is_little) }
}

pub(super) fn disk(dir: &Path) -> Finding {
    let Ok(usage) = usage::measure(dir) else { return Finding::unknown("disk", "the disk can't be measured") };
    let message = format!("{} of {} are free", size_in_words(usage.free_bytes), size_in_words(usage.disk_bytes));
    let advice = "Make room: old backups, other data; or move the data directory to a larger disk";
    match of_disk(&usage) {
        State::Bad => Finding::bad("disk", message, advice),
        State::Warning => Finding::warning("disk", message, advice),
        State::Good | State::Unknown => Finding::good("disk", message),
    }
}

/// Whether there is a backup, not an old one, and with all files.
pub fn of_backup(last: Option<Timestamp>, lacks: u64, now: Timestamp) -> State {
    warned_if(lacks > 0 || last.is_none_or(|made| now.ms() - made.ms() > OLD_BACKUP_MS))
}

pub(super) fn backup(config: &Config, wish: &Wish) -> Finding {
    let dir = &config.data.dir;
    if let Some(why) = &wish.backup_failure {
        let message = format!("the last one of the schedule could not be made: {why}");
        return Finding::bad("backup", message, "Mend that; the server tries again every quarter of an hour");
    }
    if wish.may_differ && wish.backups.is_none() && config.backup.dir.is_none() {
        return Finding::unknown("backup", MAY_DIFFER);
    }
    let folder = wish.backups_of(config);
    if is_named(config, wish) && !folder.is_dir() {
        let message = format!("the folder {} is not there, so neither is a backup", folder.display());
        return no_recent_one(wish, message, "Look whether its disk is mounted and the folder is written as it should be");
    }
    let owner = Owner::in_directory(dir);
    match backup::newest(&folder, &owner, wish.now) {
        Some(newest) => newest_backup(dir, &folder, &owner, &newest, wish),
        None => no_recent_one(wish, format!("there is none in {}", folder.display()), ELSEWHERE),
    }
}

/// There is no backup, or only an old one. Whoever says on the command line where backups are relies on them, and may read nothing but
/// what is broken.
fn no_recent_one(wish: &Wish, message: String, advice: &str) -> Finding {
    if wish.backups.is_some() { Finding::bad("backup", message, advice) } else { Finding::warning("backup", message, advice) }
}

fn newest_backup(dir: &Path, folder: &Path, owner: &Owner, newest: &Newest, wish: &Wish) -> Finding {
    if let Some(lacking) = Some(newest).filter(|newest| newest.lacks > 0).and_then(|newest| backup::lacking(dir, newest, owner)) {
        return incomplete(dir, newest, &lacking);
    }
    let message = format!("the newest one in {} is of {}", folder.display(), newest.made);
    if of_backup(Some(newest.made), 0, wish.now) == State::Warning {
        return no_recent_one(wish, message, "Have one made every day: the setting backup.schedule");
    }
    if let Some((open, mode)) = find_open(dir, folder, owner) {
        let message = format!("{} holds everything and is open to other users of this machine (mode {mode:o})", open.display());
        return Finding::warning("backup", message, format!("chmod 700 {}", open.display()));
    }
    let disk_of = |path: &Path| fs::metadata(path).map(|found| found.dev()).ok();
    match disk_of(folder) == disk_of(dir) {
        true => Finding::warning("backup", format!("{message}, on the same disk as the data"), ELSEWHERE),
        false => Finding::good("backup", format!("{message}, on another disk")),
    }
}

/// Whether somebody chose where backups are: the usual folder is made with the first one.
fn is_named(config: &Config, wish: &Wish) -> bool {
    wish.backups.is_some() || config.backup.dir.is_some()
}

/// What to do about a backup that lacks files.
fn incomplete(dir: &Path, newest: &Newest, Lacking { missing, holder }: &Lacking) -> Finding {
    let message = format!("the newest one, {}, lacks files, {} of them", newest.path.display(), newest.lacks);
    match holder {
        _ if *missing == 0 => Finding::warning("backup", format!("{message}; they are back by now"), "Make another one"),
        Some(holder) => {
            let (from, to) = (holder.join("files"), dir.display());
            let advice = format!(
                "Put them back with `cp -an '{}' '{to}'`, which overwrites nothing, then make another backup; or delete those files in the app",
                from.display()
            );
            let kept = "older ones that hold them are kept until they are back or deleted";
            Finding::warning("backup", format!("{message}; missing in the data directory now: {missing}; {kept}"), advice)
        }
        None => Finding::warning(
            "backup",
            format!("{message}; missing in the data directory and in all backups there: {missing}"),
            "Look for them in backups elsewhere (the list `missing` in its manifest.json names them), or delete those files in the app",
        ),
    }
}

/// A backup that others may read. Nobody gets to what lies in the data directory, which is looked at by itself, or in a closed folder.
fn find_open(dir: &Path, folder: &Path, owner: &Owner) -> Option<(PathBuf, u32)> {
    if folder.starts_with(dir) || open_mode(folder).is_none() {
        return None;
    }
    let backups = fs::read_dir(folder)
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| backup::is_backup(path) && backup::is_own(path, owner));
    let mut open = backups.filter_map(|path| open_mode(&path).map(|mode| (path, mode)));
    open.next()
}

/// Whether clients will go on trusting this server's certificate.
pub(super) fn certificates(config: &Config, wish: &Wish) -> Finding {
    let (server, now) = (&config.server, wish.now);
    match (server.tls, &server.tls_cert, &server.tls_key) {
        (TlsMode::SelfSigned, ..) => of_office(&config.data.dir, now),
        (TlsMode::Files, Some(cert), Some(key)) => in_files(server, cert, key, now),
        // A server may have been told by a flag what this command was not. One that told its settings has no use for that folder.
        (TlsMode::Off | TlsMode::Files, ..) if !wish.is_told && office_folder(&config.data.dir).exists() => {
            of_office(&config.data.dir, now)
        }
        (TlsMode::Off | TlsMode::Files, ..) if wish.may_differ => Finding::unknown("certificates", MAY_DIFFER),
        (TlsMode::Off | TlsMode::Files, ..) => Finding::good("certificates", "connections are not protected by this server"),
    }
}

/// The same of a running server, which shows the certificate in its hands and finds the next one in files.
pub fn of_certificates(tls: Option<&Tls>, server: &ServerConfig, now: Timestamp) -> State {
    let Some(tls) = tls else { return State::Good };
    match (tls.authority(), &server.tls_cert, &server.tls_key) {
        (Some(authority), ..) => judge_office(&authority.certificate, Some(&tls.certificate()), now).state,
        (None, Some(cert), Some(key)) => in_files(server, cert, key, now).state,
        (None, ..) => State::Unknown,
    }
}

fn of_office(dir: &Path, now: Timestamp) -> Finding {
    let (authority, own) = match (authority_in(dir), server_certificate_in(dir)) {
        (Ok(authority), Ok(own)) => (authority, own),
        (Err(why), _) | (_, Err(why)) => {
            return Finding::bad("certificates", why, "Move the folder `tls` away; every machine has to trust a new authority then");
        }
    };
    match authority {
        Some(authority) => judge_office(&authority, own.as_ref(), now),
        None => Finding::good("certificates", "the first start makes an authority for this office"),
    }
}

fn judge_office(authority: &Certificate, own: Option<&Certificate>, now: Timestamp) -> Finding {
    let message = format!("this office's authority is good until {}, SHA-256 {}", authority.until, authority.fingerprint);
    let advice = "Move the folder `tls` away while the server is stopped; every machine has to trust the new authority then";
    if !authority.is_good_at(now) {
        return Finding::bad("certificates", message, advice);
    }
    if authority.until.ms() - now.ms() < SOON_FOR_ALL_MS {
        return Finding::warning("certificates", message, advice);
    }
    match own.filter(|own| !own.is_good_at(now)) {
        Some(own) => Finding::warning(
            "certificates",
            format!("{message}; the server's own ended on {}", own.until),
            "A running server renews it by itself",
        ),
        None => Finding::good("certificates", message),
    }
}

fn in_files(server: &ServerConfig, cert: &Path, key: &Path, now: Timestamp) -> Finding {
    match check_files(cert, key) {
        Ok(certificate) => judge_files(&certificate, server.public_url.as_deref(), now),
        Err(cause) => Finding::bad(
            "certificates",
            cause.to_string(),
            "The server goes on with the certificate that it has read, and can't start anew",
        ),
    }
}

fn judge_files(certificate: &Certificate, public_url: Option<&str>, now: Timestamp) -> Finding {
    let message = format!("the certificate is good from {} until {}", certificate.from, certificate.until);
    let advice = "Put a new one into its files; the server takes it by itself";
    if !certificate.is_good_at(now) {
        return Finding::bad("certificates", message, advice);
    }
    if certificate.until.ms() - now.ms() < SOON_MS {
        return Finding::warning("certificates", message, advice);
    }
    let host = public_url.and_then(crate::tls::host_of).filter(|host| !certificate.is_for(host));
    match host {
        Some(host) => Finding::warning("certificates", format!("the certificate is not for {host}, which server.public_url names"), advice),
        None => Finding::good("certificates", message),
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, State, judge_files, judge_office, of_backup, of_disk};
    use crate::domain::Timestamp;
    use crate::tls::Certificate;
    use crate::world::usage::Usage;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;

    #[test]
    fn little_room_is_worth_a_warning_and_almost_none_is_bad() {
        let cases = [
            (0, 10 * GIB, State::Bad),
            (100 * MIB - 1, 10 * GIB, State::Bad),
            (100 * MIB - 1, 150 * MIB, State::Bad),
            (100 * MIB, 10 * GIB, State::Warning),
            (GIB - 1, 10 * GIB, State::Warning),
            (GIB, 10 * GIB, State::Good),
            // From 20 GiB on a twentieth of the disk is more.
            (GIB, 20 * GIB, State::Good),
            (5 * GIB - 1, 100 * GIB, State::Warning),
            (5 * GIB, 100 * GIB, State::Good),
        ];
        for (free_bytes, disk_bytes, state) in cases {
            assert_eq!(of_disk(&Usage { free_bytes, disk_bytes, ..Usage::default() }), state, "{free_bytes} of {disk_bytes}");
        }
    }

    #[test]
    fn a_backup_is_old_after_a_week_and_no_good_without_all_files() {
        let ago = |ms: i64| Some(NOW.plus_ms(-ms));
        let cases = [
            (ago(0), 0, State::Good),
            (ago(7 * DAY_MS), 0, State::Good),
            (ago(7 * DAY_MS + 1), 0, State::Warning),
            (ago(0), 1, State::Warning),
            (None, 0, State::Warning),
        ];
        for (last, lacks, state) in cases {
            assert_eq!(of_backup(last, lacks, NOW), state, "{last:?}, {lacks}");
        }
    }

    /// Good from and until so many milliseconds from now.
    fn certificate(from_ms: i64, until_ms: i64, names: &[&str]) -> Certificate {
        Certificate {
            from: NOW.plus_ms(from_ms),
            until: NOW.plus_ms(until_ms),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            fingerprint: "AB:CD".to_owned(),
            issuer: String::new(),
            subject: String::new(),
        }
    }

    #[track_caller]
    fn is(found: &Finding, state: State, words: &str) {
        let is_advised = found.advice.is_some() == matches!(state, State::Warning | State::Bad);
        assert!(found.state == state && found.message.contains(words) && is_advised, "{state:?}, {words}: {found:?}");
    }

    #[test]
    fn a_certificate_in_files_is_judged_by_its_span() {
        let cases = [
            (-1, 365 * DAY_MS, State::Good),
            (0, 365 * DAY_MS, State::Good),
            (1, 365 * DAY_MS, State::Bad),
            (-1, 30 * DAY_MS, State::Good),
            (-1, 30 * DAY_MS - 1, State::Warning),
            (-1, 10 * DAY_MS, State::Warning),
            (-1, 1, State::Warning),
            (-1, 0, State::Bad),
            (-2, -1, State::Bad),
        ];
        for (from, until, state) in cases {
            let made = certificate(from, until, &["chat.example.org"]);
            let words = format!("is good from {} until {}", made.from, made.until);
            is(&judge_files(&made, Some("https://chat.example.org"), NOW), state, &words);
        }
    }

    #[test]
    fn a_certificate_in_files_has_to_be_for_the_host_that_people_are_told() {
        let cases = [
            ("chat.example.org", None, State::Good),
            ("chat.example.org", Some("https://chat.example.org"), State::Good),
            ("chat.example.org", Some("https://Chat.Example.ORG:8443/x"), State::Good),
            ("*.example.org", Some("https://chat.example.org:8443"), State::Good),
            ("fd00::1", Some("https://[fd00::1]:8443"), State::Good),
            ("other.example.org", Some("https://chat.example.org:8443"), State::Warning),
            ("example.org", Some("https://chat.example.org"), State::Warning),
            ("*.example.org", Some("https://a.chat.example.org"), State::Warning),
            ("*.example.org", Some("https://example.org"), State::Warning),
        ];
        for (name, public_url, state) in cases {
            let found = judge_files(&certificate(-1, 365 * DAY_MS, &["localhost", name]), public_url, NOW);
            is(&found, state, if state == State::Good { "is good from" } else { "which server.public_url names" });
        }
        let other = certificate(-1, 365 * DAY_MS, &["other.example.org"]);
        is(&judge_files(&other, Some("https://chat.example.org:8443"), NOW), State::Warning, "is not for chat.example.org,");
        let ended = Certificate { until: NOW, ..other };
        is(&judge_files(&ended, Some("https://chat.example.org"), NOW), State::Bad, "until");
    }

    #[test]
    fn an_offices_authority_is_worth_a_warning_a_quarter_of_a_year_before_its_end() {
        let own = certificate(-1, 90 * DAY_MS, &[]);
        let ended = certificate(-DAY_MS, 0, &[]);
        let cases = [
            (90 * DAY_MS, Some(&own), State::Good, "authority is good until"),
            (90 * DAY_MS, None, State::Good, "SHA-256 AB:CD"),
            (90 * DAY_MS - 1, Some(&own), State::Warning, "authority is good until"),
            (1, Some(&own), State::Warning, "authority is good until"),
            (0, Some(&own), State::Bad, "authority is good until"),
            (3_650 * DAY_MS, Some(&ended), State::Warning, "the server's own ended on"),
            (0, Some(&ended), State::Bad, "authority is good until"),
        ];
        for (until, own, state, words) in cases {
            is(&judge_office(&certificate(-1, until, &[]), own, NOW), state, words);
        }
    }
}
