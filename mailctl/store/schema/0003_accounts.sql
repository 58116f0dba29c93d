-- States that tell a monitor what to do, settings of which only the chosen ones are stored, the
-- trouble an account is in, and the applications that sign in by OAuth. Columns are exchanged and
-- not the table: dropping it would take the folders with it.
ALTER TABLE account ADD COLUMN condition TEXT NOT NULL DEFAULT 'ok' CHECK (
    condition IN
    ('ok', 'unverified', 'auth-required', 'temporary-failure', 'throttled', 'disabled')
);

UPDATE account SET condition = CASE state
    WHEN 'active' THEN 'ok'
    WHEN 'auth-failed' THEN 'auth-required'
    ELSE state
END;

ALTER TABLE account DROP COLUMN state;

ALTER TABLE account RENAME COLUMN condition TO state;

ALTER TABLE account ADD COLUMN oauth_app TEXT;

ALTER TABLE account ADD COLUMN last_error_kind TEXT;

ALTER TABLE account ADD COLUMN failing_since TEXT;

ALTER TABLE account ADD COLUMN next_try_at TEXT;

ALTER TABLE account ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;

UPDATE account
SET last_error_kind = 'unknown', failing_since = coalesce(last_sync_at, created_at), failures = 1
WHERE last_error IS NOT NULL;

-- Each value as a person would write it; what is not here is at its default.
CREATE TABLE account_setting (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;

INSERT INTO account_setting (account_id, name, value)
SELECT id, 'period', CASE
    WHEN period_s IS NULL THEN 'all'
    WHEN period_s % 604800 = 0 THEN (period_s / 604800) || 'w'
    WHEN period_s % 86400 = 0 THEN (period_s / 86400) || 'd'
    WHEN period_s % 3600 = 0 THEN (period_s / 3600) || 'h'
    ELSE (period_s / 60) || 'm'
END
FROM account WHERE period_s IS NULL OR period_s <> 604800;

INSERT INTO account_setting (account_id, name, value)
SELECT id, 'receive', 'false' FROM account WHERE can_receive = 0;

INSERT INTO account_setting (account_id, name, value)
SELECT id, 'send', 'false' FROM account WHERE can_send = 0;

ALTER TABLE account DROP COLUMN period_s;

ALTER TABLE account DROP COLUMN can_receive;

ALTER TABLE account DROP COLUMN can_send;

-- One default for sending an owner; until now there was one for all of them.
DROP INDEX account_default;

UPDATE account SET is_default = 1
WHERE NOT EXISTS (
    SELECT 1 FROM account AS other
    WHERE coalesce(other.owner, '') = coalesce(account.owner, '')
        AND (
            other.is_default = 1
            OR other.created_at < account.created_at
            OR (other.created_at = account.created_at AND other.id < account.id)
        )
);

CREATE UNIQUE INDEX account_default ON account (coalesce(owner, '')) WHERE is_default = 1;

ALTER TABLE folder DROP COLUMN is_synced;

CREATE TABLE oauth_app (
    name TEXT PRIMARY KEY,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    secret TEXT,
    access_grant TEXT NOT NULL
        CHECK (access_grant IN ('person', 'client-credentials', 'service-account')),
    tenant TEXT,
    authorization_url TEXT,
    token_url TEXT,
    device_url TEXT,
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

ALTER TABLE provider ADD COLUMN oauth TEXT;

-- A source goes when nothing has it any more; foreign keys look for that row by row.
CREATE INDEX message_by_source ON message (source_digest);

CREATE INDEX copy_by_source ON message_copy (source_digest);

-- Mail that a policy left on the server: not fetched again while the policy holds.
CREATE TABLE skipped (
    folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    uid INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (folder_id, uid)
) STRICT, WITHOUT ROWID;
