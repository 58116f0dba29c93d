-- What signatures state of those who sent mail, each once a mailbox, as its newest message says it.
CREATE TABLE fact (
    number INTEGER PRIMARY KEY,
    -- prp_…, of mailbox, field and value: the same however often and in whatever order it is read.
    id TEXT NOT NULL UNIQUE,
    mailbox TEXT NOT NULL,
    address TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    field TEXT NOT NULL CHECK (
        field IN (
            'name', 'job_title', 'company', 'department', 'phone', 'email', 'web', 'social', 'address'
        )
    ),
    value TEXT NOT NULL,
    -- What is compared.
    value_key TEXT NOT NULL,
    type TEXT NOT NULL,
    ext TEXT NOT NULL,
    confidence REAL NOT NULL,
    -- The id of the newest message that states it, and its date.
    message_id TEXT NOT NULL,
    stated_at TEXT NOT NULL,
    line TEXT NOT NULL,
    line_number INTEGER NOT NULL,
    -- Why it is believed, as a JSON array.
    evidence TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'rejected', 'undone')),
    decided_at TEXT,
    -- Of one that was accepted: of whom, and what was changed, as JSON.
    contact_id TEXT,
    applied TEXT,
    UNIQUE (mailbox, field, value_key)
) STRICT;

CREATE INDEX fact_by_state ON fact (state, stated_at);

-- What becomes of facts of a field; those that are not here are proposed.
CREATE TABLE enrich_policy (
    field TEXT NOT NULL PRIMARY KEY,
    policy TEXT NOT NULL CHECK (policy IN ('propose', 'auto', 'off')),
    -- From which confidence on facts are taken unasked.
    threshold REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- Messages are read from the newest down: all up to read_to, and those between low and high.
CREATE TABLE enrich_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    read_to INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    reader_version INTEGER NOT NULL
) STRICT;

INSERT INTO enrich_state (only, read_to, low, high, reader_version) VALUES (1, 0, 0, 0, 0);

-- The number of a purged message may come again.
CREATE TRIGGER enrich_state_follows AFTER DELETE ON message
BEGIN
    UPDATE enrich_state SET
        read_to = min(read_to, (SELECT coalesce(max(number), 0) FROM message)),
        low = min(low, (SELECT coalesce(max(number), 0) FROM message) + 1),
        high = min(high, (SELECT coalesce(max(number), 0) FROM message));
END;
