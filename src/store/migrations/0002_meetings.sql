-- Conference rooms ("meeting"), what happens in them, and what belongs to them.

CREATE TABLE meeting (
    id                    INTEGER PRIMARY KEY,
    organization_id       INTEGER NOT NULL REFERENCES organization (id),
    kind                  TEXT NOT NULL CHECK (kind IN ('meeting', 'webinar')),
    pin                   INTEGER NOT NULL UNIQUE,
    name                  TEXT NOT NULL,
    slug                  TEXT NOT NULL,
    -- Both absent in a permanent room.
    starts_ms             INTEGER,
    ends_ms               INTEGER,
    access                TEXT NOT NULL CHECK (access IN ('open', 'password', 'token')),
    password              TEXT,
    has_lobby             INTEGER NOT NULL CHECK (has_lobby IN (0, 1)),
    lobby_text            TEXT NOT NULL,
    has_registration      INTEGER NOT NULL CHECK (has_registration IN (0, 1)),
    registration_template INTEGER NOT NULL,
    time_zone             TEXT NOT NULL,
    skin_id               INTEGER,
    presenter_pin         INTEGER NOT NULL,
    listener_pin          INTEGER NOT NULL,
    widgets               TEXT NOT NULL,
    -- Bits of domain::Switch.
    switches              INTEGER NOT NULL,
    thank_you_url         TEXT NOT NULL,
    is_encrypted          INTEGER CHECK (is_encrypted IN (0, 1)),
    -- Closed by somebody, not by its end.
    is_closed             INTEGER NOT NULL DEFAULT 0 CHECK (is_closed IN (0, 1)),
    -- From when on nobody may enter: closed, or over. Absent: never.
    inactive_from_ms      INTEGER,
    recording_num         INTEGER NOT NULL DEFAULT 0,
    created_by            INTEGER NOT NULL REFERENCES account (id),
    created_ms            INTEGER NOT NULL,
    updated_ms            INTEGER NOT NULL,
    deleted_ms            INTEGER
) STRICT;
CREATE UNIQUE INDEX meeting_by_slug ON meeting (slug) WHERE deleted_ms IS NULL;
CREATE INDEX meeting_of_organization ON meeting (organization_id, id, inactive_from_ms) WHERE deleted_ms IS NULL;
CREATE INDEX meeting_to_purge ON meeting (deleted_ms) WHERE deleted_ms IS NOT NULL;

-- Single-use keys of rooms that ask for them.
CREATE TABLE access_token (
    id           INTEGER PRIMARY KEY,
    meeting_id   INTEGER NOT NULL REFERENCES meeting (id),
    token        TEXT NOT NULL,
    sent_to      TEXT,
    first_use_ms INTEGER,
    -- Who came in with it: e-mail address and the browser's own secret, hashed.
    used_by      TEXT,
    holder       BLOB,
    -- When it was last bound to a browser.
    held_ms      INTEGER,
    ended_ms     INTEGER,
    UNIQUE (meeting_id, token)
) STRICT;
CREATE INDEX access_token_sent ON access_token (meeting_id, sent_to) WHERE sent_to IS NOT NULL AND ended_ms IS NULL;
CREATE INDEX access_token_free ON access_token (meeting_id, id) WHERE sent_to IS NULL AND first_use_ms IS NULL AND ended_ms IS NULL;

-- Links that let one person in without asking anything. The secret is kept as its hash.
CREATE TABLE autologin (
    hash       BLOB PRIMARY KEY,
    meeting_id INTEGER NOT NULL REFERENCES meeting (id),
    email      TEXT NOT NULL,
    nickname   TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('listener', 'presenter', 'host')),
    token_id   INTEGER REFERENCES access_token (id),
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX autologin_of_meeting ON autologin (meeting_id);

CREATE TABLE registration (
    id           INTEGER PRIMARY KEY,
    meeting_id   INTEGER NOT NULL REFERENCES meeting (id),
    email        TEXT NOT NULL,
    first_name   TEXT NOT NULL,
    last_name    TEXT NOT NULL,
    -- Further answers: a JSON list of [field number, text].
    answers      TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE,
    referer      TEXT,
    -- Of the page or the confirmation; absent when nothing told it.
    language     TEXT,
    confirmed_ms INTEGER,
    session_id   INTEGER REFERENCES session (id),
    created_ms   INTEGER NOT NULL,
    UNIQUE (meeting_id, email)
) STRICT;
CREATE INDEX registration_of_session ON registration (session_id) WHERE session_id IS NOT NULL;

-- In which language an address was last invited.
CREATE TABLE invitee (
    meeting_id INTEGER NOT NULL REFERENCES meeting (id),
    email      TEXT NOT NULL,
    language   TEXT NOT NULL,
    PRIMARY KEY (meeting_id, email)
) STRICT, WITHOUT ROWID;

-- One run of a room.
CREATE TABLE session (
    id             INTEGER PRIMARY KEY,
    meeting_id     INTEGER NOT NULL REFERENCES meeting (id),
    started_ms     INTEGER NOT NULL,
    ended_ms       INTEGER,
    end_reason     TEXT,
    total_visitors INTEGER NOT NULL DEFAULT 0,
    present_num    INTEGER NOT NULL DEFAULT 0,
    max_visitors   INTEGER NOT NULL DEFAULT 0,
    message_num    INTEGER NOT NULL DEFAULT 0,
    -- The last moment at which the session was known to be going on.
    heartbeat_ms   INTEGER NOT NULL,
    -- What addresses in letters about it start with.
    base           TEXT NOT NULL
) STRICT;
CREATE INDEX session_of_meeting ON session (meeting_id, id);
CREATE UNIQUE INDEX session_open ON session (meeting_id) WHERE ended_ms IS NULL;
CREATE INDEX session_with_chat ON session (id, meeting_id) WHERE message_num > 0;

-- A person in one session. Who comes back is the same attendee.
CREATE TABLE attendee (
    id             INTEGER PRIMARY KEY,
    session_id     INTEGER NOT NULL REFERENCES session (id),
    -- What the same person is recognised by: a browser's secret, hashed, or an e-mail address of an autologin link.
    person         BLOB NOT NULL,
    nickname       TEXT NOT NULL,
    email          TEXT,
    role           TEXT NOT NULL CHECK (role IN ('listener', 'presenter', 'host')),
    device         TEXT NOT NULL,
    address        TEXT NOT NULL,
    rating         INTEGER CHECK (rating BETWEEN 1 AND 5),
    rating_comment TEXT,
    joined_ms      INTEGER NOT NULL,
    left_ms        INTEGER,
    UNIQUE (session_id, person)
) STRICT;

CREATE TABLE attendance_span (
    id          INTEGER PRIMARY KEY,
    attendee_id INTEGER NOT NULL REFERENCES attendee (id),
    joined_ms   INTEGER NOT NULL,
    left_ms     INTEGER,
    reason      TEXT
) STRICT;
CREATE INDEX attendance_span_of ON attendance_span (attendee_id, id);

CREATE TABLE session_message (
    id          INTEGER PRIMARY KEY,
    session_id  INTEGER NOT NULL REFERENCES session (id),
    attendee_id INTEGER NOT NULL REFERENCES attendee (id),
    -- The client's own number for it, so that sending again after a broken line posts once.
    client_key  TEXT NOT NULL,
    text        TEXT NOT NULL,
    sent_ms     INTEGER NOT NULL,
    UNIQUE (attendee_id, client_key)
) STRICT;
CREATE INDEX session_message_of ON session_message (session_id, id);

CREATE TABLE poll (
    id         INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES session (id),
    name       TEXT NOT NULL,
    is_open    INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX poll_of_session ON poll (session_id, id);

CREATE TABLE poll_question (
    id      INTEGER PRIMARY KEY,
    poll_id INTEGER NOT NULL REFERENCES poll (id),
    text    TEXT NOT NULL
) STRICT;
CREATE INDEX poll_question_of ON poll_question (poll_id, id);

CREATE TABLE poll_answer (
    id          INTEGER PRIMARY KEY,
    question_id INTEGER NOT NULL REFERENCES poll_question (id),
    text        TEXT NOT NULL,
    points      INTEGER NOT NULL
) STRICT;
CREATE INDEX poll_answer_of ON poll_answer (question_id, id);

CREATE TABLE poll_vote (
    attendee_id INTEGER NOT NULL REFERENCES attendee (id),
    answer_id   INTEGER NOT NULL REFERENCES poll_answer (id),
    PRIMARY KEY (attendee_id, answer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX poll_vote_of_answer ON poll_vote (answer_id);

CREATE TABLE recording (
    id          INTEGER PRIMARY KEY,
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id),
    name        TEXT NOT NULL,
    media_type  TEXT NOT NULL,
    started_ms  INTEGER NOT NULL,
    duration_s  INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    created_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX recording_of_meeting ON recording (meeting_id, id);
CREATE INDEX recording_by_hash ON recording (hash);

-- Reports of sessions: made once for each language.
CREATE TABLE report (
    session_id   INTEGER NOT NULL REFERENCES session (id),
    language     TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('new', 'running', 'finished', 'failed')),
    code         TEXT NOT NULL,
    bytes        INTEGER,
    hash         BLOB,
    requested_ms INTEGER NOT NULL,
    PRIMARY KEY (session_id, language)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_to_make ON report (requested_ms) WHERE state IN ('new', 'running');
CREATE INDEX report_by_hash ON report (hash) WHERE hash IS NOT NULL;

-- An organization's files for its meetings.
CREATE TABLE library_file (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    meeting_id      INTEGER REFERENCES meeting (id),
    name            TEXT NOT NULL,
    media_type      TEXT NOT NULL,
    bytes           INTEGER NOT NULL,
    hash            BLOB NOT NULL,
    created_ms      INTEGER NOT NULL
) STRICT;
CREATE INDEX library_file_of_organization ON library_file (organization_id, id);
CREATE INDEX library_file_of_meeting ON library_file (meeting_id, id) WHERE meeting_id IS NOT NULL;
CREATE INDEX library_file_by_hash ON library_file (hash);

-- An organization's address book.
CREATE TABLE address (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    email           TEXT NOT NULL,
    first_name      TEXT NOT NULL,
    last_name       TEXT NOT NULL,
    phone           TEXT NOT NULL,
    company         TEXT NOT NULL,
    country         TEXT NOT NULL,
    created_ms      INTEGER NOT NULL,
    updated_ms      INTEGER NOT NULL,
    UNIQUE (organization_id, email)
) STRICT;

ALTER TABLE event ADD COLUMN meeting_id INTEGER;
