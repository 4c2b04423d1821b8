-- What Chat&Messenger knows about rooms and messages.

-- The name as names are compared: width and case of letters don't count. store::rooms keeps it.
ALTER TABLE room ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
-- The id that a client chose instead of external_id.
ALTER TABLE room ADD COLUMN chosen_id TEXT;
-- Whether replies hang under what they answer.
ALTER TABLE room ADD COLUMN is_thread INTEGER NOT NULL DEFAULT 0 CHECK (is_thread IN (0, 1));
-- Whether everybody of the organization may find it.
ALTER TABLE room ADD COLUMN is_public INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1));
UPDATE room SET name_key = lower(name) WHERE kind = 'group';
CREATE INDEX room_by_name ON room (organization_id, name_key, name) WHERE kind = 'group' AND deleted_ms IS NULL;
CREATE UNIQUE INDEX room_by_chosen_id ON room (organization_id, chosen_id) WHERE chosen_id IS NOT NULL;

-- Whether it was sent in an envelope, to be opened by its reader.
ALTER TABLE message ADD COLUMN is_sealed INTEGER NOT NULL DEFAULT 0 CHECK (is_sealed IN (0, 1));
