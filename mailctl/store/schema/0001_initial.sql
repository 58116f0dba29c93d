-- Providers that an administrator added; presets are shipped as data, not stored.
CREATE TABLE provider (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('imap', 'ews')),
    incoming_host TEXT,
    incoming_port INTEGER,
    incoming_security TEXT CHECK (incoming_security IN ('tls', 'starttls', 'none')),
    submission_host TEXT,
    submission_port INTEGER,
    submission_security TEXT CHECK (submission_security IN ('tls', 'starttls', 'none')),
    ews_url TEXT,
    login TEXT NOT NULL CHECK (login IN ('address', 'local-part', 'manual')),
    auth TEXT NOT NULL,
    can_receive INTEGER NOT NULL CHECK (can_receive IN (0, 1)),
    can_send INTEGER NOT NULL CHECK (can_send IN (0, 1)),
    smtp_timeout_s REAL NOT NULL CHECK (smtp_timeout_s > 0),
    ca_file TEXT,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE provider_mx (
    suffix TEXT PRIMARY KEY,
    provider TEXT NOT NULL REFERENCES provider (name) ON DELETE CASCADE
) STRICT;

-- provider may name a preset, so it is no foreign key.
CREATE TABLE domain_mapping (
    domain TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('admin', 'learned')),
    created_at TEXT NOT NULL,
    created_by TEXT
) STRICT;

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    owner TEXT,
    username TEXT NOT NULL,
    submission_username TEXT NOT NULL,
    incoming TEXT,
    submission TEXT,
    secret TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'unverified', 'auth-failed', 'disabled')),
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    can_receive INTEGER NOT NULL CHECK (can_receive IN (0, 1)),
    can_send INTEGER NOT NULL CHECK (can_send IN (0, 1)),
    period_s INTEGER,
    resolved_by TEXT NOT NULL,
    evidence TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_sync_at TEXT,
    last_error TEXT
) STRICT;

CREATE UNIQUE INDEX account_default ON account (is_default) WHERE is_default = 1;

CREATE TABLE folder (
    id INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    special_use TEXT,
    is_synced INTEGER NOT NULL CHECK (is_synced IN (0, 1)),
    cursor TEXT,
    state TEXT,
    since TEXT,
    UNIQUE (account_id, path)
) STRICT;

-- The bytes of a message as a server gave them, deflated, once per distinct content.
CREATE TABLE source (
    digest TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    deflated BLOB NOT NULL
) STRICT;

CREATE TABLE message (
    id TEXT PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
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
    source_digest TEXT NOT NULL REFERENCES source (digest),
    stored_at TEXT NOT NULL
) STRICT;

CREATE INDEX message_by_date ON message (date DESC, id DESC);

CREATE TABLE recipient (
    message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('to', 'cc', 'bcc', 'reply-to')),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (message_id, kind, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_copy (
    id INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    uid INTEGER NOT NULL,
    flags TEXT NOT NULL,
    internal_date TEXT NOT NULL,
    role TEXT CHECK (role IN ('from', 'to', 'cc', 'bcc')),
    source_digest TEXT NOT NULL REFERENCES source (digest),
    stored_at TEXT NOT NULL,
    gone_at TEXT,
    gone_evidence TEXT
) STRICT;

-- A UID names one copy at a time; copies that are gone keep theirs for the record.
CREATE UNIQUE INDEX copy_by_uid ON message_copy (folder_id, uid) WHERE gone_at IS NULL;

CREATE INDEX copy_by_message ON message_copy (message_id);

-- Messages that could not be read or stored, to be tried again.
CREATE TABLE quarantine (
    folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    uid INTEGER NOT NULL,
    reason TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (folder_id, uid)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_run (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    started_at TEXT NOT NULL,
    seconds REAL NOT NULL,
    state TEXT NOT NULL,
    folders INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    skipped TEXT NOT NULL,
    failed INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    error TEXT
) STRICT;

CREATE INDEX sync_run_by_account ON sync_run (account_id, started_at);
