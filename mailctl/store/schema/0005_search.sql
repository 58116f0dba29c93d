-- Words of messages, found by full text. `number` is the message's row there: an implicit rowid
-- would not do, for VACUUM may change it.
ALTER TABLE message ADD COLUMN number INTEGER;

CREATE UNIQUE INDEX message_by_number ON message (number) WHERE number IS NOT NULL;

-- 0: waits to be indexed; n: indexed by version n of the indexer; -n: version n could not read it.
ALTER TABLE message ADD COLUMN indexed_version INTEGER NOT NULL DEFAULT 0;

CREATE INDEX message_unindexed ON message (indexed_version) WHERE indexed_version = 0;

CREATE VIRTUAL TABLE message_text USING fts5 (
    subject, people, body, attachments, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER message_text_goes AFTER DELETE ON message WHEN old.number IS NOT NULL
BEGIN
    DELETE FROM message_text WHERE rowid = old.number;
END;

-- What a run had begun to read when it ended: the next one reads it in a process of its own.
CREATE TABLE index_attempt (
    message_id TEXT PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
