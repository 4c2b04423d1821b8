-- Contents that belong to no room's file list: pictures of rooms, media of messages. Their address is their key.
CREATE TABLE attachment (
    key             TEXT PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    uploader_id     INTEGER NOT NULL REFERENCES account (id),
    media_type      TEXT NOT NULL,
    bytes           INTEGER NOT NULL,
    hash            BLOB NOT NULL,
    created_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_by_hash ON attachment (hash);
