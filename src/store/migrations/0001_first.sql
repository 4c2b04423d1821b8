-- Times are milliseconds since 1970 (…_ms) unless a name says otherwise. Ids are made by the app.
-- Nothing a person wrote is overwritten: edits add versions, leaving ends a membership.

CREATE TABLE world (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Two counters: 'message' (19 digits by time) and 'id' (all else that clients see).
CREATE TABLE sequence (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE organization (
    id         INTEGER PRIMARY KEY,
    slug       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    time_zone  TEXT NOT NULL,
    language   TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
    id               INTEGER PRIMARY KEY,
    organization_id  INTEGER NOT NULL REFERENCES organization (id),
    kind             TEXT NOT NULL CHECK (kind IN ('person', 'service')),
    uid              TEXT NOT NULL UNIQUE,
    local_part       TEXT NOT NULL UNIQUE,
    email            TEXT UNIQUE,
    name             TEXT NOT NULL,
    avatar           TEXT NOT NULL,
    handle           TEXT NOT NULL DEFAULT '',
    department       TEXT NOT NULL DEFAULT '',
    title            TEXT NOT NULL DEFAULT '',
    url              TEXT NOT NULL DEFAULT '',
    introduction     TEXT NOT NULL DEFAULT '',
    mail             TEXT NOT NULL DEFAULT '',
    tel_organization TEXT NOT NULL DEFAULT '',
    tel_extension    TEXT NOT NULL DEFAULT '',
    tel_mobile       TEXT NOT NULL DEFAULT '',
    skype            TEXT NOT NULL DEFAULT '',
    facebook         TEXT NOT NULL DEFAULT '',
    twitter          TEXT NOT NULL DEFAULT '',
    role             TEXT NOT NULL CHECK (role IN ('admin', 'chat-manager', 'member')),
    is_server_admin  INTEGER NOT NULL DEFAULT 0 CHECK (is_server_admin IN (0, 1)),
    password_hash    TEXT,
    own_room_id      INTEGER,
    created_ms       INTEGER NOT NULL,
    disabled_ms      INTEGER
) STRICT;
CREATE INDEX account_by_organization ON account (organization_id, id);

CREATE TABLE token (
    id              INTEGER PRIMARY KEY,
    hash            BLOB NOT NULL UNIQUE,
    prefix          TEXT NOT NULL,
    dialect         TEXT NOT NULL,
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    account_id      INTEGER NOT NULL REFERENCES account (id),
    scopes          TEXT NOT NULL DEFAULT '',
    note            TEXT NOT NULL DEFAULT '',
    created_by      TEXT NOT NULL DEFAULT '',
    created_ms      INTEGER NOT NULL,
    expires_ms      INTEGER,
    revoked_ms      INTEGER,
    used_ms         INTEGER,
    used_address    TEXT,
    used_client     TEXT
) STRICT;
CREATE INDEX token_by_organization ON token (organization_id, id);

-- One row per direction.
CREATE TABLE contact (
    account_id INTEGER NOT NULL REFERENCES account (id),
    other_id   INTEGER NOT NULL REFERENCES account (id),
    room_id    INTEGER NOT NULL REFERENCES room (id),
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (account_id, other_id)
) STRICT, WITHOUT ROWID;

-- The person behind a direct room.
CREATE INDEX contact_by_room ON contact (account_id, room_id, other_id);

CREATE TABLE contact_request (
    id         INTEGER PRIMARY KEY,
    from_id    INTEGER NOT NULL REFERENCES account (id),
    to_id      INTEGER NOT NULL REFERENCES account (id),
    message    TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined')),
    created_ms INTEGER NOT NULL,
    ended_ms   INTEGER
) STRICT;
CREATE UNIQUE INDEX contact_request_open ON contact_request (to_id, from_id) WHERE state = 'open';

CREATE TABLE room (
    id              INTEGER PRIMARY KEY,
    external_id     INTEGER NOT NULL,
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    kind            TEXT NOT NULL CHECK (kind IN ('my', 'direct', 'group')),
    name            TEXT NOT NULL DEFAULT '',
    description     TEXT NOT NULL DEFAULT '',
    icon            TEXT NOT NULL,
    made_through    TEXT NOT NULL,
    created_by      INTEGER NOT NULL REFERENCES account (id),
    created_ms      INTEGER NOT NULL,
    updated_ms      INTEGER NOT NULL,
    -- Also the number of messages ever posted: every message has an ordinal.
    last_ordinal    INTEGER NOT NULL DEFAULT 0,
    file_num        INTEGER NOT NULL DEFAULT 0,
    task_num        INTEGER NOT NULL DEFAULT 0,
    deleted_ms      INTEGER,
    -- A deleted room's texts up to this ordinal are gone too.
    purged_upto     INTEGER NOT NULL DEFAULT 0,
    -- Set once everything of a deleted room is gone.
    purged_ms       INTEGER,
    UNIQUE (organization_id, external_id)
) STRICT;
CREATE INDEX room_to_purge ON room (id) WHERE deleted_ms IS NOT NULL AND purged_ms IS NULL;

-- The columns from joined_at to delivered_upto are message ordinals; domain::unread says what they mean.
CREATE TABLE membership (
    id             INTEGER PRIMARY KEY,
    room_id        INTEGER NOT NULL REFERENCES room (id),
    account_id     INTEGER NOT NULL REFERENCES account (id),
    role           TEXT NOT NULL CHECK (role IN ('admin', 'moderator', 'member', 'readonly')),
    joined_at      INTEGER NOT NULL,
    read_upto      INTEGER NOT NULL,
    own_from       INTEGER NOT NULL,
    own_read       INTEGER NOT NULL DEFAULT 0,
    seen_upto      INTEGER NOT NULL,
    delivered_upto INTEGER NOT NULL DEFAULT 0,
    open_task_num  INTEGER NOT NULL DEFAULT 0,
    is_pinned      INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
    joined_ms      INTEGER NOT NULL,
    ended_ms       INTEGER
) STRICT;
CREATE UNIQUE INDEX membership_of_room ON membership (room_id, account_id) WHERE ended_ms IS NULL;
CREATE INDEX membership_of_account ON membership (account_id, room_id) WHERE ended_ms IS NULL;

CREATE TABLE message (
    id             INTEGER PRIMARY KEY,
    room_id        INTEGER NOT NULL REFERENCES room (id),
    ordinal        INTEGER NOT NULL,
    author_id      INTEGER NOT NULL REFERENCES account (id),
    -- The author's messages in this room up to this one that did not count as unread for the author.
    own_no         INTEGER NOT NULL,
    is_self_unread INTEGER NOT NULL CHECK (is_self_unread IN (0, 1)),
    version_id     INTEGER NOT NULL,
    sent_ms        INTEGER NOT NULL,
    updated_ms     INTEGER,
    deleted_ms     INTEGER
) STRICT;
CREATE UNIQUE INDEX message_by_ordinal ON message (room_id, ordinal);
CREATE INDEX message_by_author ON message (room_id, author_id, ordinal, own_no);

-- Deleting a message blanks its versions; the rows stay, as the event log names them.
CREATE TABLE message_version (
    id         INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL,
    text       TEXT NOT NULL,
    notice     TEXT,
    at_ms      INTEGER NOT NULL
) STRICT;
CREATE INDEX message_version_of ON message_version (message_id);

-- Whom a message addresses. account_id 0 stands for everybody but except_id.
CREATE TABLE mention (
    room_id    INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    ordinal    INTEGER NOT NULL,
    except_id  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (room_id, account_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_of_message ON mention (room_id, ordinal);

CREATE TABLE task (
    id           INTEGER PRIMARY KEY,
    room_id      INTEGER NOT NULL REFERENCES room (id),
    assignee_id  INTEGER NOT NULL REFERENCES account (id),
    requester_id INTEGER NOT NULL REFERENCES account (id),
    message_id   INTEGER NOT NULL,
    body         TEXT NOT NULL,
    due_ms       INTEGER,
    due_kind     TEXT NOT NULL CHECK (due_kind IN ('none', 'day', 'instant')),
    status       TEXT NOT NULL CHECK (status IN ('open', 'done')),
    created_ms   INTEGER NOT NULL,
    deleted_ms   INTEGER
) STRICT;
CREATE INDEX task_of_room ON task (room_id, status, id) WHERE deleted_ms IS NULL;
CREATE INDEX task_of_room_assignee ON task (room_id, assignee_id, status, id) WHERE deleted_ms IS NULL;
CREATE INDEX task_of_room_requester ON task (room_id, requester_id, status, id) WHERE deleted_ms IS NULL;
CREATE INDEX task_of_assignee ON task (assignee_id, status, id) WHERE deleted_ms IS NULL;
CREATE INDEX task_of_assignee_requester ON task (assignee_id, requester_id, status, id) WHERE deleted_ms IS NULL;

-- A deleted file keeps its row; its name and hash go.
CREATE TABLE file (
    id          INTEGER PRIMARY KEY,
    room_id     INTEGER NOT NULL REFERENCES room (id),
    uploader_id INTEGER NOT NULL REFERENCES account (id),
    message_id  INTEGER NOT NULL,
    name        TEXT NOT NULL,
    media_type  TEXT NOT NULL,
    bytes       INTEGER NOT NULL,
    hash        BLOB,
    created_ms  INTEGER NOT NULL,
    deleted_ms  INTEGER
) STRICT;
CREATE INDEX file_of_room ON file (room_id, id) WHERE deleted_ms IS NULL;
CREATE INDEX file_of_room_uploader ON file (room_id, uploader_id, id) WHERE deleted_ms IS NULL;
CREATE INDEX file_by_hash ON file (hash) WHERE hash IS NOT NULL;

CREATE TABLE invitation (
    id               INTEGER PRIMARY KEY,
    room_id          INTEGER NOT NULL REFERENCES room (id),
    code             TEXT NOT NULL,
    needs_acceptance INTEGER NOT NULL CHECK (needs_acceptance IN (0, 1)),
    description      TEXT NOT NULL,
    created_ms       INTEGER NOT NULL,
    ended_ms         INTEGER
) STRICT;
CREATE UNIQUE INDEX invitation_of_room ON invitation (room_id) WHERE ended_ms IS NULL;
CREATE UNIQUE INDEX invitation_by_code ON invitation (code) WHERE ended_ms IS NULL;

-- Who came through a link that needs acceptance and waits.
CREATE TABLE join_request (
    room_id    INTEGER NOT NULL REFERENCES room (id),
    account_id INTEGER NOT NULL REFERENCES account (id),
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (room_id, account_id)
) STRICT, WITHOUT ROWID;

-- The one log: what happened, in order. It names rows and carries no text.
CREATE TABLE event (
    seq             INTEGER PRIMARY KEY,
    at_ms           INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    organization_id INTEGER,
    room_id         INTEGER,
    object_id       INTEGER,
    version_id      INTEGER,
    account_id      INTEGER,
    detail          TEXT,
    actor_id        INTEGER,
    token_id        INTEGER,
    dialect         TEXT,
    address         TEXT,
    causation_id    TEXT NOT NULL
) STRICT;
