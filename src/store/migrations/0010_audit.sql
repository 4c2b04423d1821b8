-- The audit log: what administrators did, and what changed who may do what. Each entry holds the hash of the one before it.

CREATE TABLE audit (
    -- Without gaps.
    seq             INTEGER PRIMARY KEY,
    at_ms           INTEGER NOT NULL,
    action          TEXT NOT NULL,
    actor_id        INTEGER,
    -- Who that was, in words: an account's name at that time, or the user of the operating system.
    actor           TEXT NOT NULL,
    organization_id INTEGER,
    -- An API, or command-line, admin, link, server.
    dialect         TEXT NOT NULL,
    address         TEXT,
    request_id      TEXT NOT NULL,
    subject_kind    TEXT NOT NULL,
    subject_id      INTEGER,
    -- An object of JSON, without anything people wrote but names of accounts.
    facts           TEXT NOT NULL,
    previous        BLOB NOT NULL,
    hash            BLOB NOT NULL
) STRICT;

-- Where the chain begins (the last entry that was cut away; 0: none) and where it ends.
CREATE TABLE audit_edge (
    name TEXT PRIMARY KEY CHECK (name IN ('beginning', 'end')),
    seq  INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO audit_edge (name, seq, hash) VALUES ('beginning', 0, zeroblob(32)), ('end', 0, zeroblob(32));

CREATE TRIGGER audit_only_grows BEFORE INSERT ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_edge WHERE name = 'end' AND seq = NEW.seq - 1 AND hash = NEW.previous)
BEGIN
    SELECT RAISE(ABORT, 'the audit log grows at its end only');
END;
CREATE TRIGGER audit_has_grown AFTER INSERT ON audit
BEGIN
    UPDATE audit_edge SET seq = NEW.seq, hash = NEW.hash WHERE name = 'end';
END;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is not changed');
END;
CREATE TRIGGER audit_is_cut_at_its_beginning BEFORE DELETE ON audit
WHEN OLD.seq > (SELECT seq FROM audit_edge WHERE name = 'beginning')
BEGIN
    SELECT RAISE(ABORT, 'the audit log is cut at its beginning only');
END;
CREATE TRIGGER audit_edges_stay BEFORE DELETE ON audit_edge
BEGIN
    SELECT RAISE(ABORT, 'the edges of the audit log stay');
END;
CREATE TRIGGER audit_edges_go_forward BEFORE UPDATE ON audit_edge
WHEN NEW.name <> OLD.name OR NEW.seq <= OLD.seq
BEGIN
    SELECT RAISE(ABORT, 'the edges of the audit log go forward only');
END;
