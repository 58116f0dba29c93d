-- Rows name each other by numbers that count up: an index of them is written at its end alone,
-- one of digests everywhere at once. A message's number is its row in message_text too. The
-- tables are made anew, what refers to others before those; dropping the old ones from the
-- children on, or the rows of the children would go with their parents.
CREATE TABLE source_next (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    size_bytes INTEGER NOT NULL,
    codec TEXT NOT NULL CHECK (codec IN ('zlib', 'zstd')),
    packed BLOB NOT NULL
) STRICT;

INSERT INTO source_next (id, digest, size_bytes, codec, packed)
SELECT rowid, bytes_of(digest), size_bytes, codec, packed FROM source ORDER BY rowid;

CREATE TABLE message_next (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    identity BLOB NOT NULL UNIQUE CHECK (length(identity) = 32),
    rfc_message_id TEXT,
    date TEXT NOT NULL,
    sent_at TEXT,
    subject TEXT NOT NULL,
    from_name TEXT,
    from_address TEXT,
    in_reply_to TEXT NOT NULL,
    refs TEXT NOT NULL,
    thread_id TEXT,
    attachments INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    defects TEXT NOT NULL,
    source_id INTEGER NOT NULL REFERENCES source_next (id),
    stored_at TEXT NOT NULL,
    -- 0: waits to be indexed; n: indexed by version n of the indexer; -n: it could not read it.
    indexed_version INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO message_next (
    number, id, identity, rfc_message_id, date, sent_at, subject, from_name, from_address,
    in_reply_to, refs, thread_id, attachments, size_bytes, defects, source_id, stored_at,
    indexed_version
)
SELECT
    coalesce(
        message.number,
        (SELECT coalesce(max(other.number), 0) FROM message AS other)
        + row_number() OVER (PARTITION BY message.number IS NULL ORDER BY message.rowid)
    ),
    message.id, bytes_of(message.identity), message.rfc_message_id, message.date,
    message.sent_at, message.subject, message.from_name, message.from_address,
    message.in_reply_to, message.refs, message.thread_id, message.attachments,
    message.size_bytes, message.defects, source.rowid, message.stored_at,
    message.indexed_version
FROM message JOIN source ON source.digest = message.source_digest;

CREATE TABLE recipient_next (
    message_number INTEGER NOT NULL REFERENCES message_next (number) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('to', 'cc', 'bcc', 'reply-to')),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (message_number, kind, position)
) STRICT, WITHOUT ROWID;

INSERT INTO recipient_next (message_number, kind, position, name, address)
SELECT message_next.number, recipient.kind, recipient.position, recipient.name, recipient.address
FROM recipient JOIN message_next ON message_next.id = recipient.message_id;

CREATE TABLE message_copy_next (
    id INTEGER PRIMARY KEY,
    message_number INTEGER NOT NULL REFERENCES message_next (number) ON DELETE CASCADE,
    folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    numbering INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    flags TEXT NOT NULL,
    -- The paths of the folders in which people see it, as JSON, where the server has labels.
    labels TEXT,
    internal_date TEXT NOT NULL,
    role TEXT CHECK (role IN ('from', 'to', 'cc', 'bcc')),
    source_id INTEGER NOT NULL REFERENCES source_next (id),
    -- What the server calls the message wherever it lies (EMAILID, X-GM-MSGID).
    server_id TEXT,
    stored_at TEXT NOT NULL,
    gone_at TEXT,
    gone_evidence TEXT
) STRICT;

INSERT INTO message_copy_next (
    id, message_number, folder_id, numbering, uid, flags, labels, internal_date, role, source_id,
    server_id, stored_at, gone_at, gone_evidence
)
SELECT
    message_copy.id, message_next.number, message_copy.folder_id, message_copy.numbering,
    message_copy.uid, message_copy.flags, message_copy.labels, message_copy.internal_date,
    message_copy.role, source.rowid, message_copy.server_id, message_copy.stored_at,
    message_copy.gone_at, message_copy.gone_evidence
FROM message_copy
JOIN message_next ON message_next.id = message_copy.message_id
JOIN source ON source.digest = message_copy.source_digest;

CREATE TABLE index_attempt_next (
    message_number INTEGER PRIMARY KEY REFERENCES message_next (number) ON DELETE CASCADE
) STRICT;

INSERT INTO index_attempt_next (message_number)
SELECT message_next.number
FROM index_attempt JOIN message_next ON message_next.id = index_attempt.message_id;

DROP TABLE index_attempt;

DROP TABLE recipient;

DROP TABLE message_copy;

DROP TABLE message;

DROP TABLE source;

ALTER TABLE source_next RENAME TO source;

ALTER TABLE message_next RENAME TO message;

ALTER TABLE recipient_next RENAME TO recipient;

ALTER TABLE message_copy_next RENAME TO message_copy;

ALTER TABLE index_attempt_next RENAME TO index_attempt;

CREATE INDEX message_by_date ON message (date DESC, id DESC);

CREATE INDEX message_by_source ON message (source_id);

CREATE INDEX message_unindexed ON message (indexed_version) WHERE indexed_version = 0;

-- A UID names one copy at a time; copies that are gone keep theirs for the record.
CREATE UNIQUE INDEX copy_by_uid ON message_copy (folder_id, numbering, uid) WHERE gone_at IS NULL;

CREATE INDEX copy_by_message ON message_copy (message_number);

CREATE INDEX copy_by_source ON message_copy (source_id);

-- A message that was moved is recognised by when it was received, whatever else has to agree.
CREATE INDEX copy_by_internal_date ON message_copy (internal_date);

CREATE TRIGGER message_text_goes AFTER DELETE ON message
BEGIN
    DELETE FROM message_text WHERE rowid = old.number;
END;
