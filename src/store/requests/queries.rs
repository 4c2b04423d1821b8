//! Reading the request log.

use rusqlite::{Connection, Row};

use crate::domain::{AccountId, AnsweredRequest, Caller, Grain, LogPage, LoggedRequest, RequestCount, RequestFilter, Stretch, Timestamp};

/// Most numbers of a chart: a month of hours for every API and kind of page.
const MOST_COUNTS: i64 = 20_000;

pub(super) fn list_requests(
    conn: &Connection,
    filter: &RequestFilter,
    before: Option<i64>,
    limit: i64,
    most: i64,
) -> rusqlite::Result<LogPage<LoggedRequest>> {
    let ends = "SELECT (SELECT min(id) FROM request), (SELECT max(id) FROM request)";
    let (oldest, newest): (Option<i64>, Option<i64>) = conn.query_row(ends, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let stretch = Stretch::back(oldest.unwrap_or(1), newest.unwrap_or(0), before, most);
    let (lowest, highest) = filter.statuses.unzip();
    let mut statement = conn.prepare(
        "SELECT id, at_ms, method, path, status, duration_us, api, token_id, account_id, organization_id, address, client, request_id, bytes \
         FROM request WHERE id >= ?1 AND id < ?2 AND (?3 IS NULL OR api = ?3) AND (?4 IS NULL OR status BETWEEN ?4 AND ?5) \
         AND (?6 IS NULL OR method = ?6) AND (?7 IS NULL OR instr(path, ?7) > 0) AND (?8 IS NULL OR token_id = ?8) \
         AND (?9 IS NULL OR account_id = ?9) AND (?10 IS NULL OR organization_id = ?10) AND (?11 IS NULL OR at_ms >= ?11) \
         AND (?12 IS NULL OR at_ms < ?12) AND (?13 IS NULL OR request_id = ?13) AND (?14 IS NULL OR api <> ?14) ORDER BY id DESC LIMIT ?15",
    )?;
    let params = (
        stretch.from,
        stretch.before,
        &filter.api,
        lowest,
        highest,
        &filter.method,
        &filter.path,
        filter.token,
        filter.account,
        filter.organization,
        filter.since,
        filter.until,
        &filter.request_id,
        &filter.except_api,
        limit,
    );
    let found = statement.query_map(params, request)?.collect::<Result<_, _>>()?;
    Ok(stretch.page(found, limit, |request| request.id))
}

fn request(row: &Row<'_>) -> rusqlite::Result<LoggedRequest> {
    let caller = match (row.get(7)?, row.get(8)?, row.get(9)?) {
        (Some(token), Some(account), Some(organization)) => Some(Caller { token, account, organization }),
        _ => None,
    };
    let request = AnsweredRequest {
        at: row.get(1)?,
        method: row.get::<_, String>(2)?.into(),
        path: row.get(3)?,
        status: row.get(4)?,
        duration_us: row.get::<_, i64>(5)?.unsigned_abs(),
        api: row.get::<_, String>(6)?.into(),
        caller,
        address: row.get(10)?,
        client: row.get(11)?,
        request_id: row.get(12)?,
        bytes: row.get::<_, Option<i64>>(13)?.map(i64::unsigned_abs),
    };
    Ok(LoggedRequest { id: row.get(0)?, request })
}

pub(super) fn count_requests(conn: &Connection, since: Timestamp, grain: Grain, offset_ms: i64) -> rusqlite::Result<Vec<RequestCount>> {
    let mut statement = conn.prepare(
        "SELECT (hour_ms + ?2) / ?3 * ?3 - ?2 AS starts_ms, api, sum(requests), sum(refused), sum(failed) FROM request_count \
         WHERE hour_ms >= ?1 GROUP BY starts_ms, api ORDER BY starts_ms, api LIMIT ?4",
    )?;
    let counts = statement.query_map((since, offset_ms, grain.ms(), MOST_COUNTS), |row| {
        Ok(RequestCount { starts: row.get(0)?, api: row.get(1)?, requests: row.get(2)?, refused: row.get(3)?, failed: row.get(4)? })
    })?;
    counts.collect()
}

/// Requests looked at in one go.
const STRETCH: i64 = 10_000;

/// Takes somebody's requests away, a stretch at a time: others write in between.
pub(super) fn delete_requests_of(conn: &Connection, account: AccountId) -> rusqlite::Result<()> {
    let end = |sql: &'static str| conn.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
    let (mut reached, last) = (end("SELECT min(id) - 1 FROM request")?.unwrap_or(0), end("SELECT max(id) FROM request")?.unwrap_or(0));
    while reached < last {
        let sql = "DELETE FROM request WHERE id > ?1 AND id <= ?2 AND account_id = ?3";
        conn.prepare_cached(sql)?.execute((reached, reached + STRETCH, account))?;
        reached += STRETCH;
    }
    Ok(())
}
