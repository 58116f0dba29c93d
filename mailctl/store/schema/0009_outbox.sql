-- Mail on its way out. What nobody else has: every change of these rows waits for the disk.
CREATE TABLE outgoing (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    sender TEXT NOT NULL,
    rfc_message_id TEXT NOT NULL,
    -- The id of the message once a sync brings its copy.
    message_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    source_id INTEGER NOT NULL REFERENCES source (id),
    size_bytes INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (
        state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'uncertain', 'cancelled')
    ),
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    -- Not before; NULL: at once.
    send_at TEXT,
    tried_at TEXT,
    next_try_at TEXT,
    -- From then on the server may have it.
    handed_over_at TEXT,
    sent_at TEXT,
    error TEXT,
    copy_state TEXT NOT NULL CHECK (
        copy_state IN ('wanted', 'filing', 'filed', 'by-provider', 'none', 'failed')
    ),
    copy_folder TEXT,
    copy_error TEXT,
    idempotency_key TEXT UNIQUE,
    request_digest BLOB
) STRICT;

CREATE INDEX outgoing_unfinished ON outgoing (account_id, number)
WHERE state IN ('queued', 'sending', 'deferred', 'uncertain')
    OR (sent_at IS NOT NULL AND copy_state IN ('wanted', 'filing'));

-- In which something is to happen, now or later.
CREATE VIEW unfinished_outgoing AS
SELECT number, account_id FROM outgoing
WHERE state IN ('queued', 'sending', 'deferred', 'uncertain')
    OR (sent_at IS NOT NULL AND copy_state IN ('wanted', 'filing'));

CREATE INDEX outgoing_by_message_id ON outgoing (rfc_message_id);

CREATE INDEX outgoing_by_source ON outgoing (source_id);

CREATE TABLE outgoing_recipient (
    outgoing_number INTEGER NOT NULL REFERENCES outgoing (number) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('to', 'cc', 'bcc')),
    state TEXT NOT NULL CHECK (
        state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'uncertain', 'cancelled')
    ),
    error TEXT,
    PRIMARY KEY (outgoing_number, position)
) STRICT, WITHOUT ROWID;

-- Providers that file a copy of what they submit in the folder for sent mail by themselves.
ALTER TABLE provider ADD COLUMN files_sent INTEGER NOT NULL DEFAULT 0;
