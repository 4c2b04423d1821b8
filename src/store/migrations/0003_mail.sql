-- Letters to people, each until it is sent or given up.
CREATE TABLE mail (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    recipient       TEXT NOT NULL,
    subject         TEXT NOT NULL,
    text            TEXT NOT NULL,
    html            TEXT,
    calendar        TEXT,
    -- The random part of its Message-ID.
    key             TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'kept', 'uncertain')),
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_try_ms     INTEGER NOT NULL,
    last_error      TEXT,
    created_ms      INTEGER NOT NULL,
    ended_ms        INTEGER
) STRICT;
CREATE INDEX mail_due ON mail (next_try_ms) WHERE state = 'queued';
CREATE INDEX mail_sending ON mail (id) WHERE state = 'sending';
CREATE INDEX mail_ended ON mail (ended_ms) WHERE ended_ms IS NOT NULL;
CREATE INDEX mail_of_organization ON mail (organization_id, id);
