-- What administrators set while the server runs. organization_id 0: for the whole server. What is not set has no row.
CREATE TABLE setting (
    organization_id INTEGER NOT NULL,
    key             TEXT NOT NULL,
    value           INTEGER NOT NULL,
    PRIMARY KEY (organization_id, key)
) STRICT, WITHOUT ROWID;

-- Messages up to this id were looked at by their organization's retention.
CREATE TABLE retention (
    organization_id INTEGER PRIMARY KEY REFERENCES organization (id),
    message_upto    INTEGER NOT NULL
) STRICT;

-- Bytes that the files of an organization take. Triggers keep it, so it is right whatever makes rows or takes them away.
CREATE TABLE storage_use (
    organization_id INTEGER PRIMARY KEY REFERENCES organization (id),
    bytes           INTEGER NOT NULL
) STRICT;

INSERT INTO storage_use (organization_id, bytes)
SELECT organization_id, sum(bytes) FROM (
    SELECT r.organization_id, f.bytes FROM file f JOIN room r ON r.id = f.room_id WHERE f.hash IS NOT NULL
    UNION ALL SELECT organization_id, bytes FROM attachment
    UNION ALL SELECT organization_id, bytes FROM library_file
    UNION ALL SELECT m.organization_id, c.bytes FROM recording c JOIN meeting m ON m.id = c.meeting_id
) GROUP BY organization_id;

CREATE TRIGGER file_takes_storage AFTER INSERT ON file WHEN NEW.hash IS NOT NULL BEGIN
    INSERT INTO storage_use (organization_id, bytes) SELECT organization_id, NEW.bytes FROM room WHERE id = NEW.room_id
    ON CONFLICT (organization_id) DO UPDATE SET bytes = bytes + excluded.bytes;
END;
-- A deleted file keeps its row and loses its hash.
CREATE TRIGGER file_gives_storage AFTER UPDATE OF hash ON file WHEN OLD.hash IS NOT NULL AND NEW.hash IS NULL BEGIN
    UPDATE storage_use SET bytes = bytes - OLD.bytes WHERE organization_id = (SELECT organization_id FROM room WHERE id = OLD.room_id);
END;
CREATE TRIGGER attachment_takes_storage AFTER INSERT ON attachment BEGIN
    INSERT INTO storage_use (organization_id, bytes) VALUES (NEW.organization_id, NEW.bytes)
    ON CONFLICT (organization_id) DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER attachment_gives_storage AFTER DELETE ON attachment BEGIN
    UPDATE storage_use SET bytes = bytes - OLD.bytes WHERE organization_id = OLD.organization_id;
END;
CREATE TRIGGER library_file_takes_storage AFTER INSERT ON library_file BEGIN
    INSERT INTO storage_use (organization_id, bytes) VALUES (NEW.organization_id, NEW.bytes)
    ON CONFLICT (organization_id) DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER library_file_gives_storage AFTER DELETE ON library_file BEGIN
    UPDATE storage_use SET bytes = bytes - OLD.bytes WHERE organization_id = OLD.organization_id;
END;
CREATE TRIGGER recording_takes_storage AFTER INSERT ON recording BEGIN
    INSERT INTO storage_use (organization_id, bytes) SELECT organization_id, NEW.bytes FROM meeting WHERE id = NEW.meeting_id
    ON CONFLICT (organization_id) DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER recording_gives_storage AFTER DELETE ON recording BEGIN
    UPDATE storage_use SET bytes = bytes - OLD.bytes WHERE organization_id = (SELECT organization_id FROM meeting WHERE id = OLD.meeting_id);
END;
