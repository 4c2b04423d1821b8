-- Indexes for lists that else get slower with what has been there before.

-- Meetings that one may enter, beside all that are over.
CREATE INDEX meeting_open ON meeting (organization_id, inactive_from_ms) WHERE deleted_ms IS NULL;
-- Tasks of a room or of a person in any state, newest first.
CREATE INDEX task_in_room ON task (room_id, id) WHERE deleted_ms IS NULL;
CREATE INDEX task_for ON task (assignee_id, id) WHERE deleted_ms IS NULL;
-- Tokens that lists show, beside those of devices and sessions.
CREATE INDEX token_listed ON token (organization_id, id) WHERE dialect NOT IN ('matrix', 'admin');
-- Keys of a conference room, in the order in which they are listed.
CREATE INDEX access_token_listed ON access_token (meeting_id, id) WHERE ended_ms IS NULL;
