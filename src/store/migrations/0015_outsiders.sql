-- Erasing people who are known by an e-mail address alone.

CREATE TABLE erasure_of_anybody (
    id          INTEGER PRIMARY KEY,
    -- None: nobody here has an account with the address.
    account_id  INTEGER UNIQUE REFERENCES account (id),
    email       TEXT NOT NULL,
    -- Empty without an account.
    name        TEXT NOT NULL,
    -- Whether messages go too; else they stay under another name.
    is_blanking INTEGER NOT NULL CHECK (is_blanking IN (0, 1)),
    stage       TEXT NOT NULL CHECK (stage IN ('rooms', 'events', 'audit', 'traces', 'letters', 'requests')),
    -- The last room, event, entry or letter that is done, and in the next room the last message.
    position    INTEGER NOT NULL DEFAULT 0,
    ordinal     INTEGER NOT NULL DEFAULT 0,
    began_ms    INTEGER NOT NULL
) STRICT;
INSERT INTO erasure_of_anybody (id, account_id, email, name, is_blanking, stage, position, ordinal, began_ms)
SELECT account_id, account_id, email, name, is_blanking, stage, position, ordinal, began_ms FROM erasure;
DROP TABLE erasure;
ALTER TABLE erasure_of_anybody RENAME TO erasure;
