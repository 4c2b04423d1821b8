-- Meeting rooms with walls, and who has them when.
CREATE TABLE place (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    name            TEXT NOT NULL,
    group_name      TEXT NOT NULL,
    -- People it takes; 0: nobody knows.
    capacity        INTEGER NOT NULL,
    memo            TEXT NOT NULL,
    sort_order      INTEGER NOT NULL,
    -- Whether it is in use: only then is it listed and reserved.
    is_valid        INTEGER NOT NULL CHECK (is_valid IN (0, 1)),
    created_ms      INTEGER NOT NULL,
    UNIQUE (organization_id, name)
) STRICT;

-- From the first instant up to, not including, the last one. A removed one keeps its row; its words go.
CREATE TABLE reservation (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    place_id        INTEGER NOT NULL REFERENCES place (id),
    starts_ms       INTEGER NOT NULL,
    ends_ms         INTEGER NOT NULL CHECK (ends_ms > starts_ms),
    is_all_day      INTEGER NOT NULL CHECK (is_all_day IN (0, 1)),
    title           TEXT NOT NULL,
    memo            TEXT NOT NULL,
    creator_id      INTEGER NOT NULL REFERENCES account (id),
    created_ms      INTEGER NOT NULL,
    removed_ms      INTEGER
) STRICT;
CREATE INDEX reservation_of_place ON reservation (place_id, starts_ms, ends_ms) WHERE removed_ms IS NULL;
CREATE INDEX reservation_of_organization ON reservation (organization_id, starts_ms, place_id) WHERE removed_ms IS NULL;

CREATE TABLE reservation_member (
    reservation_id INTEGER NOT NULL REFERENCES reservation (id),
    account_id     INTEGER NOT NULL REFERENCES account (id),
    -- Whether the person answers for it, as its creator does.
    is_in_charge   INTEGER NOT NULL CHECK (is_in_charge IN (0, 1)),
    PRIMARY KEY (reservation_id, account_id)
) STRICT, WITHOUT ROWID;

-- A quick call is a meeting; this is the part of its address that can't be guessed.
CREATE TABLE quick_call (
    id         TEXT PRIMARY KEY,
    meeting_id INTEGER NOT NULL UNIQUE REFERENCES meeting (id)
) STRICT, WITHOUT ROWID;

-- Instead of `password`: Argon2id as a PHC string, for passwords that nobody has to be shown again.
ALTER TABLE meeting ADD COLUMN password_hash TEXT;
