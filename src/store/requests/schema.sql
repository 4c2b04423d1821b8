-- The request log: a database of its own, which may be lost.

CREATE TABLE request (
    -- Ascending; the oldest ones go first.
    id              INTEGER PRIMARY KEY,
    at_ms           INTEGER NOT NULL,
    method          TEXT NOT NULL,
    path            TEXT NOT NULL,
    status          INTEGER NOT NULL,
    duration_us     INTEGER NOT NULL,
    api             TEXT NOT NULL,
    token_id        INTEGER,
    account_id      INTEGER,
    organization_id INTEGER,
    address         TEXT NOT NULL,
    client          TEXT NOT NULL,
    request_id      TEXT NOT NULL,
    bytes           INTEGER
) STRICT;

-- How many there were in each hour, so that a chart need not read them all.
CREATE TABLE request_count (
    hour_ms  INTEGER NOT NULL,
    api      TEXT NOT NULL,
    requests INTEGER NOT NULL,
    refused  INTEGER NOT NULL,
    failed   INTEGER NOT NULL,
    PRIMARY KEY (hour_ms, api)
) STRICT, WITHOUT ROWID;
