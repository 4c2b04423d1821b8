-- Rooms by last activity are found by the newest messages, not by sorting all rooms.

-- When a room was changed so that it counts as activity though no message tells of it; else updated_ms is the time of its newest message.
ALTER TABLE room ADD COLUMN silent_ms INTEGER;
UPDATE room SET silent_ms = updated_ms WHERE deleted_ms IS NULL
AND updated_ms IS NOT (SELECT sent_ms FROM message WHERE room_id = room.id AND ordinal = room.last_ordinal);
CREATE INDEX room_by_silence ON room (silent_ms) WHERE silent_ms IS NOT NULL;

-- Rooms of a kind are counted without a look at each. It serves whoever lists groups, too.
CREATE INDEX room_of_kind ON room (organization_id, kind) WHERE deleted_ms IS NULL;
DROP INDEX group_of_organization;
