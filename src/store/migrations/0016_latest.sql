-- Rooms by last activity are found by the newest messages, not by sorting all rooms.

-- When a room was changed so that it counts as activity though no message tells of it; else updated_ms is the time of its newest message.
ALTER TABLE room ADD COLUMN silent_ms INTEGER;
UPDATE room SET silent_ms = updated_ms WHERE deleted_ms IS NULL
AND updated_ms IS NOT (SELECT sent_ms FROM message WHERE room_id = room.id AND ordinal = room.last_ordinal);
CREATE INDEX room_by_silence ON room (silent_ms) WHERE silent_ms IS NOT NULL;

-- Rooms that are no groups are counted without a look at each; group_of_organization counts those that are.
CREATE INDEX room_beside_groups ON room (organization_id, kind) WHERE kind <> 'group' AND deleted_ms IS NULL;
