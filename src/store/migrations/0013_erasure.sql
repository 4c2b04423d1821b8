-- Erasing a person on request.

-- Erasures that are going on. What is looked for goes with the row, when all of it was found.
CREATE TABLE erasure (
    account_id  INTEGER PRIMARY KEY REFERENCES account (id),
    email       TEXT NOT NULL,
    name        TEXT NOT NULL,
    -- Whether messages go too; else they stay under another name.
    is_blanking INTEGER NOT NULL CHECK (is_blanking IN (0, 1)),
    stage       TEXT NOT NULL CHECK (stage IN ('rooms', 'events', 'audit', 'traces', 'letters', 'requests')),
    -- The last room, event, entry or letter that is done, and in the next room the last message.
    position    INTEGER NOT NULL DEFAULT 0,
    ordinal     INTEGER NOT NULL DEFAULT 0,
    began_ms    INTEGER NOT NULL
) STRICT;

-- Entries of the audit log that a name and an address were taken out of. `hash` of such an entry stays what it was, as the chain
-- needs it; `seal` is the hash of what the entry says since then. The entry `by_seq` holds a hash of all seals that it tells of.
CREATE TABLE audit_redaction (
    by_seq INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    seal   BLOB NOT NULL,
    PRIMARY KEY (by_seq, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_redaction_of ON audit_redaction (seq, by_seq);

-- Only what a redaction takes out may change, and only right before the entry that tells of it.
DROP TRIGGER audit_is_not_changed;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_redaction WHERE seq = NEW.seq AND by_seq = (SELECT seq + 1 FROM audit_edge WHERE name = 'end'))
    OR (NEW.seq, NEW.at_ms, NEW.action, NEW.actor_id, NEW.organization_id, NEW.dialect, NEW.request_id, NEW.subject_kind, NEW.subject_id, NEW.previous, NEW.hash)
    IS NOT (OLD.seq, OLD.at_ms, OLD.action, OLD.actor_id, OLD.organization_id, OLD.dialect, OLD.request_id, OLD.subject_kind, OLD.subject_id, OLD.previous, OLD.hash)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is not changed');
END;
