-- What the Messenger API knows about rooms; devices that are signed in through Matrix.

-- What a group is there for. Every group is a custom one unless something else is said.
ALTER TABLE room ADD COLUMN purpose TEXT NOT NULL DEFAULT 'custom' CHECK (purpose IN ('default', 'custom', 'event'));
-- The event that a room is about.
ALTER TABLE room ADD COLUMN event_id INTEGER;
-- Whether the list of members follows the organization's people.
ALTER TABLE room ADD COLUMN is_automated INTEGER NOT NULL DEFAULT 0 CHECK (is_automated IN (0, 1));
-- When the room is to be deleted.
ALTER TABLE room ADD COLUMN ends_ms INTEGER;
-- Whether newcomers see only what is said after they came.
ALTER TABLE room ADD COLUMN hides_past INTEGER NOT NULL DEFAULT 0 CHECK (hides_past IN (0, 1));
-- Key of the attachment that is its picture.
ALTER TABLE room ADD COLUMN picture TEXT;

CREATE UNIQUE INDEX room_for_all ON room (organization_id) WHERE purpose = 'default' AND deleted_ms IS NULL;
CREATE UNIQUE INDEX room_of_event ON room (organization_id, event_id) WHERE purpose = 'event' AND deleted_ms IS NULL;
CREATE INDEX room_to_end ON room (ends_ms) WHERE ends_ms IS NOT NULL AND deleted_ms IS NULL;
CREATE INDEX group_of_organization ON room (organization_id, id) WHERE kind = 'group' AND deleted_ms IS NULL;
CREATE INDEX group_by_name ON room (organization_id, name) WHERE kind = 'group' AND deleted_ms IS NULL;

-- The Matrix password of an account follows from the world's key and this number.
ALTER TABLE account ADD COLUMN password_version INTEGER NOT NULL DEFAULT 1;

-- A client that somebody signed in with.
CREATE TABLE device (
    account_id   INTEGER NOT NULL REFERENCES account (id),
    device_id    TEXT NOT NULL,
    display_name TEXT,
    signed_in_ms INTEGER NOT NULL,
    address      TEXT,
    PRIMARY KEY (account_id, device_id)
) STRICT, WITHOUT ROWID;

-- An access token of a device, and the refresh token that came with it.
CREATE TABLE device_token (
    token_id           INTEGER PRIMARY KEY REFERENCES token (id),
    account_id         INTEGER NOT NULL REFERENCES account (id),
    device_id          TEXT NOT NULL,
    refresh_hash       BLOB UNIQUE,
    refresh_expires_ms INTEGER,
    -- The pair that was refreshed into this one: it goes when this one is first used.
    replaces_id        INTEGER
) STRICT;
CREATE INDEX device_token_of ON device_token (account_id, device_id);
CREATE INDEX device_token_replacing ON device_token (replaces_id) WHERE replaces_id IS NOT NULL;
