//! What the request log promises, tried on real files.

use std::path::Path;

use super::{RequestLog, Retention, WAITING};
use crate::domain::{AccountId, AnsweredRequest, Caller, Grain, LoggedRequest, OrganizationId, RequestFilter, Timestamp, TokenId};

const HOUR_MS: i64 = Grain::Hour.ms();

fn request(at_ms: i64, number: i64) -> AnsweredRequest {
    let caller = Caller { token: TokenId::new(number), account: AccountId::new(2), organization: OrganizationId::new(3) };
    AnsweredRequest {
        at: Timestamp::from_ms(at_ms),
        method: "GET".into(),
        path: format!("/v2/rooms/{number}"),
        status: if number % 2 == 0 { 200 } else { 404 },
        duration_us: 150,
        api: if number % 3 == 0 { "cam" } else { "chatwork" }.into(),
        caller: Some(caller),
        address: "10.0.0.1".to_owned(),
        client: "test".to_owned(),
        request_id: format!("r{number}"),
        bytes: Some(12),
    }
}

fn open(folder: &Path, retention: Retention) -> RequestLog {
    RequestLog::open(&folder.join("log.db"), retention).expect("a log")
}

fn list(log: &RequestLog, filter: &RequestFilter) -> Vec<LoggedRequest> {
    log.settle();
    log.list_requests(filter, None, 200, 10_000).expect("requests").entries
}

fn numbers(found: &[LoggedRequest]) -> Vec<i64> {
    found.iter().map(|logged| logged.request.caller.expect("a caller").token.get()).collect()
}

#[test]
fn requests_are_kept_and_found_by_each_of_their_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path(), Retention::default());
    let seen = log.follow();
    (1..=9).for_each(|number| log.record(request(number, number)));
    let all = list(&log, &RequestFilter::default());
    assert_eq!(numbers(&all), (1..=9).rev().collect::<Vec<_>>());
    assert_eq!(*seen.borrow(), all[0].id, "whoever follows knows of the newest");
    assert_eq!(all[0].request, request(9, 9));
    let cases = [
        (RequestFilter { api: Some("cam".into()), ..RequestFilter::default() }, vec![9, 6, 3]),
        (RequestFilter { statuses: Some((400, 499)), ..RequestFilter::default() }, vec![9, 7, 5, 3, 1]),
        (RequestFilter { path: Some("/4".into()), ..RequestFilter::default() }, vec![4]),
        (RequestFilter { token: Some(TokenId::new(5)), ..RequestFilter::default() }, vec![5]),
        (RequestFilter { account: Some(AccountId::new(1)), ..RequestFilter::default() }, vec![]),
        (RequestFilter { organization: Some(OrganizationId::new(4)), ..RequestFilter::default() }, vec![]),
        (RequestFilter { method: Some("POST".into()), ..RequestFilter::default() }, vec![]),
        (RequestFilter { since: Some(Timestamp::from_ms(8)), ..RequestFilter::default() }, vec![9, 8]),
        (RequestFilter { until: Some(Timestamp::from_ms(2)), ..RequestFilter::default() }, vec![1]),
        (RequestFilter { request_id: Some("r7".into()), ..RequestFilter::default() }, vec![7]),
    ];
    for (filter, expected) in cases {
        assert_eq!(numbers(&list(&log, &filter)), expected, "{filter:?}");
    }
    let rare = RequestFilter { request_id: Some("r1".into()), ..RequestFilter::default() };
    let first = log.list_requests(&rare, None, 5, 4).expect("a page");
    assert_eq!((first.entries.len(), first.next), (0, Some(6)), "one look has an end");
    let last = log.list_requests(&rare, Some(2), 5, 4).expect("a page");
    assert_eq!((numbers(&last.entries), last.next), (vec![1], None));
}

#[test]
fn requests_of_whoever_is_disowned_are_nobodys_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path(), Retention::default());
    log.record(request(1, 1));
    log.disown(AccountId::new(2)).expect("all is written");
    RequestLog::forget(&folder.path().join("log.db"), AccountId::new(2)).expect("an erasure");
    log.record(request(2, 2));
    let mut other = request(3, 3);
    other.caller.as_mut().expect("a caller").account = AccountId::new(9);
    log.record(other.clone());
    let found: Vec<AnsweredRequest> = list(&log, &RequestFilter::default()).into_iter().map(|logged| logged.request).collect();
    let nobodys = AnsweredRequest { caller: None, address: String::new(), client: String::new(), ..request(2, 2) };
    assert_eq!(found, [other, nobodys]);
}

#[test]
fn what_was_handed_over_is_there_after_a_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path(), Retention::default());
    (0..3_000).for_each(|number| log.record(request(number, number)));
    drop(log);
    let log = open(folder.path(), Retention::default());
    assert_eq!(list(&log, &RequestFilter::default())[0].request.request_id, "r2999");
    assert_eq!(log.dropped(), 0);
}

#[test]
fn a_full_log_drops_and_counts_and_never_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path(), Retention::default());
    {
        #[expect(clippy::disallowed_methods, reason = "this test holds the log's database from outside")]
        let other = rusqlite::Connection::open(folder.path().join("log.db")).expect("a database");
        other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
        let started = std::time::Instant::now();
        (0..3 * WAITING as i64).for_each(|number| log.record(request(number, number)));
        assert!(started.elapsed() < super::PATIENCE, "nobody waited for the lock");
        assert!(log.dropped() >= WAITING as u64, "{}", log.dropped());
        other.execute_batch("ROLLBACK").expect("no lock");
    }
    let before = log.dropped();
    log.settle();
    log.record(request(1, 1));
    log.settle();
    assert_eq!((log.dropped(), &*list(&log, &RequestFilter::default())[0].request.request_id), (before, "r1"), "it goes on");
}

#[test]
fn the_oldest_go_when_there_are_too_many_or_they_are_too_old() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path(), Retention { requests: 100, age_ms: 50 });
    for number in 0..500 {
        log.record(request(0, number));
    }
    log.settle();
    log.record(request(0, 500));
    let kept = numbers(&list(&log, &RequestFilter::default()));
    assert_eq!((kept.len(), kept[0], kept[99]), (100, 500, 401));
    log.record(request(51, 501));
    assert_eq!(numbers(&list(&log, &RequestFilter::default())), [501], "those of instant 0 are too old now");
    log.record(request(51, 502));
    let all = list(&log, &RequestFilter::default());
    assert!(all[0].id > all[1].id && all[0].id == 503, "numbers are never used twice");
}

#[test]
fn an_idle_log_is_tidied_in_steps_and_takes_requests_meanwhile() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path(), Retention::default());
    let many = 3 * WAITING as i64;
    for number in 0..many {
        log.record(request(0, number));
        if number % 4_000 == 0 {
            log.settle();
        }
    }
    log.settle();
    assert_eq!(log.dropped(), 0);
    log.keep(Retention { requests: 10, age_ms: HOUR_MS }, Timestamp::from_ms(0));
    log.record(request(0, many));
    let kept = numbers(&list(&log, &RequestFilter::default()));
    assert_eq!((kept.len(), kept[0]), (10, many));
    log.tidy(Timestamp::from_ms(HOUR_MS + 1));
    assert!(list(&log, &RequestFilter::default()).is_empty());
    log.record(request(HOUR_MS, 7));
    assert_eq!(numbers(&list(&log, &RequestFilter::default())), [7]);
}

#[test]
fn requests_are_counted_by_hours_and_days_though_they_are_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path(), Retention { requests: 1, age_ms: HOUR_MS });
    for number in 0..48 {
        log.record(request(number * HOUR_MS, number));
        log.record(AnsweredRequest { status: 503, ..request(number * HOUR_MS + 1, 1) });
    }
    log.settle();
    let count = |grain, offset_ms| log.count_requests(Timestamp::from_ms(0), grain, offset_ms).expect("numbers");
    let hours = count(Grain::Hour, 0);
    let sum = |counts: &[crate::domain::RequestCount]| counts.iter().map(|count| count.requests).sum::<i64>();
    assert_eq!((sum(&hours), hours.iter().map(|count| count.failed).sum::<i64>()), (96, 48));
    assert_eq!(hours.iter().map(|count| count.refused).sum::<i64>(), 24);
    let days = count(Grain::Day, 0);
    let starts: Vec<(i64, &str)> = days.iter().map(|count| (count.starts.ms() / Grain::Day.ms(), &*count.api)).collect();
    assert_eq!(starts, [(0, "cam"), (0, "chatwork"), (1, "cam"), (1, "chatwork")]);
    assert_eq!(days[0].requests, 8);
    let tokyo = count(Grain::Day, 9 * HOUR_MS);
    assert_eq!((tokyo[0].starts.ms(), sum(&tokyo)), (-9 * HOUR_MS, 96), "a day begins where its people are");
    let later = log.count_requests(Timestamp::from_ms(47 * HOUR_MS), Grain::Hour, 0).expect("numbers");
    assert_eq!(sum(&later), 2);
}

#[test]
fn a_log_that_is_damaged_while_it_is_used_is_made_anew() {
    use std::io::{Seek, SeekFrom, Write};
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.db");
    let log = open(folder.path(), Retention::default());
    (0..2_000).for_each(|number| log.record(request(number, number)));
    log.settle();
    {
        #[expect(clippy::disallowed_methods, reason = "this test makes the log forget what it has in memory")]
        let other = rusqlite::Connection::open(&path).expect("a database");
        other.execute("DELETE FROM request_count", []).expect("a change");
        other.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("all in one file");
    }
    let mut file = std::fs::File::options().write(true).open(&path).expect("the file");
    let length = file.metadata().expect("its length").len();
    file.seek(SeekFrom::Start(4_096)).expect("behind its head");
    file.write_all(&vec![0xff; usize::try_from(length - 4_096).expect("a length")]).expect("damage");
    log.record(request(5, 5));
    log.settle();
    assert_eq!(log.dropped(), 1, "this one is lost");
    log.record(request(6, 6));
    assert_eq!(numbers(&list(&log, &RequestFilter::default())), [6]);
}

#[test]
fn a_damaged_log_is_made_anew_and_an_impossible_one_is_done_without() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.db");
    std::fs::write(&path, "this is no database, and long enough to be taken for one by nobody".repeat(100)).expect("a file");
    let log = open(folder.path(), Retention::default());
    log.record(request(1, 1));
    assert_eq!(numbers(&list(&log, &RequestFilter::default())), [1]);
    drop(log);
    {
        #[expect(clippy::disallowed_methods, reason = "this test makes a log of a later program")]
        let other = rusqlite::Connection::open(&path).expect("a database");
        other.pragma_update(None, "user_version", 99).expect("a version");
    }
    let log = open(folder.path(), Retention::default());
    assert_eq!(numbers(&list(&log, &RequestFilter::default())), Vec::<i64>::new());
    drop(log);
    std::fs::remove_file(&path).expect("no log");
    std::fs::create_dir(&path).expect("a folder in its place");
    assert!(RequestLog::open(&path, Retention::default()).is_none());
}
