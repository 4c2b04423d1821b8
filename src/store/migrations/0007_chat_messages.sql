-- What chat-messages knows about messages.

-- When a message says it was written: what its client claimed, else when it came. It orders and filters that dialect's own queries only.
ALTER TABLE message ADD COLUMN shown_ms INTEGER NOT NULL DEFAULT 0;
-- A word of its client for the conversation it belongs to.
ALTER TABLE message ADD COLUMN session TEXT;
UPDATE message SET shown_ms = sent_ms;
-- Deleted ones are left out, so that counting what is there reads the index alone.
CREATE INDEX message_by_shown ON message (room_id, shown_ms) WHERE deleted_ms IS NULL;

-- The address of a picture, film or document that belongs to the words.
ALTER TABLE message_version ADD COLUMN media TEXT;

-- Who marked a single message as seen. Whoever reads a whole room has no rows here: membership.seen_upto says it.
CREATE TABLE seen_mark (
    id         INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message (id),
    account_id INTEGER NOT NULL REFERENCES account (id),
    at_ms      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX seen_mark_of_message ON seen_mark (message_id, account_id);

-- Rooms by the id that this dialect knows, whoever's they are.
CREATE INDEX room_by_external ON room (external_id);
