-- Messages by the terms of their texts, by message id. Only which message has which term is kept: neither texts nor the places
-- of terms, as the text itself is asked before a message is shown. domain::search says what the terms are; each begins with its
-- organization, so that a search never meets another one's. The tokenizer keeps them as they are.
CREATE VIRTUAL TABLE search_index USING fts5 (terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
-- Small pages: a list is entered in the middle, and what stands before that on the page is read.
INSERT INTO search_index (search_index, rank) VALUES ('pgsz', 1000);

-- How far the index is: one row.
CREATE TABLE search_state (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    -- Changes of messages up to this event are in the index.
    followed    INTEGER NOT NULL,
    -- Messages below this id still have to be put into it, newest first; 0: none.
    backlog     INTEGER NOT NULL,
    -- Messages of the backlog that are done, of how many.
    done        INTEGER NOT NULL,
    total       INTEGER NOT NULL
) STRICT;
INSERT INTO search_state (id, followed, backlog, done, total)
SELECT 1, (SELECT coalesce(max(seq), 0) FROM event), (SELECT coalesce(max(id) + 1, 0) FROM message), 0, (SELECT coalesce(sum(last_ordinal), 0) FROM room);
