-- Copies know by which of a folder's numberings their UID counts, sources say how they are
-- packed, folders and quarantine what a monitor and a next try need.
ALTER TABLE source RENAME COLUMN deflated TO packed;

ALTER TABLE source ADD COLUMN codec TEXT NOT NULL DEFAULT 'zlib' CHECK (codec IN ('zlib', 'zstd'));

ALTER TABLE message_copy ADD COLUMN numbering INTEGER NOT NULL DEFAULT 0;

UPDATE message_copy SET numbering = coalesce(
    (
        SELECT json_extract(folder.cursor, '$.uidvalidity')
        FROM folder
        WHERE folder.id = message_copy.folder_id AND json_valid(folder.cursor)
    ),
    0
);

-- What the server calls the message wherever it lies (EMAILID, X-GM-MSGID).
ALTER TABLE message_copy ADD COLUMN server_id TEXT;

DROP INDEX copy_by_uid;

CREATE UNIQUE INDEX copy_by_uid ON message_copy (folder_id, numbering, uid) WHERE gone_at IS NULL;

-- A message that was moved is recognised by when it was received, whatever else has to agree.
CREATE INDEX copy_by_internal_date ON message_copy (internal_date);

ALTER TABLE folder ADD COLUMN read_at TEXT;

ALTER TABLE folder ADD COLUMN gone_at TEXT;

-- What waits and what was left is named by UIDs of this numbering.
ALTER TABLE folder ADD COLUMN numbering INTEGER;

UPDATE folder SET numbering = json_extract(cursor, '$.uidvalidity') WHERE json_valid(cursor);

CREATE INDEX quarantine_by_time ON quarantine (last_at);
