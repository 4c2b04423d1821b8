-- The lists of the search index end with eras. FTS5 merges parts of its index while it writes, and stops only between two lists: one of ten
-- million messages took a second, during which nobody else wrote. No list is longer than an era is now.

-- Messages by when they came; store::eras says how many. While there is none, nothing is in the index.
CREATE TABLE search_era (
    number      INTEGER PRIMARY KEY,
    -- The least id that its messages may have; they end where the next era begins.
    first       INTEGER NOT NULL UNIQUE,
    -- How often a message was put into it while it was the newest one.
    entries     INTEGER NOT NULL
) STRICT;

-- Lists without an era are of no use. The index is made anew while the server runs, newest messages first.
INSERT INTO search_index (search_index) VALUES ('delete-all');
UPDATE search_state SET followed = (SELECT coalesce(max(seq), 0) FROM event), backlog = (SELECT coalesce(max(id) + 1, 0) FROM message), done = 0,
    total = (SELECT coalesce(sum(last_ordinal), 0) FROM room);
