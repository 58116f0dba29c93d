-- A provider's user names may follow a template, its origin is told, and what a person has to
-- know to sign in is kept. Both tables are made anew: dropping the old one with its patterns
-- still naming it would delete them.
CREATE TABLE provider_next (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('imap', 'ews')),
    origin TEXT NOT NULL DEFAULT 'custom' CHECK (origin IN ('custom', 'discovered')),
    incoming_host TEXT,
    incoming_port INTEGER,
    incoming_security TEXT CHECK (incoming_security IN ('tls', 'starttls', 'none')),
    submission_host TEXT,
    submission_port INTEGER,
    submission_security TEXT CHECK (submission_security IN ('tls', 'starttls', 'none')),
    ews_url TEXT,
    login TEXT NOT NULL
        CHECK (login IN ('address', 'local-part', 'manual') OR login LIKE '%{%}%'),
    submission_login TEXT CHECK (
        submission_login IN ('address', 'local-part', 'manual') OR submission_login LIKE '%{%}%'
    ),
    auth TEXT NOT NULL,
    can_receive INTEGER NOT NULL CHECK (can_receive IN (0, 1)),
    can_send INTEGER NOT NULL CHECK (can_send IN (0, 1)),
    smtp_timeout_s REAL NOT NULL CHECK (smtp_timeout_s > 0),
    ca_file TEXT,
    sign_in_help TEXT,
    sign_in_url TEXT,
    docs_url TEXT,
    created_at TEXT NOT NULL
) STRICT;

INSERT INTO provider_next (
    name, title, kind,
    incoming_host, incoming_port, incoming_security,
    submission_host, submission_port, submission_security,
    ews_url, login, auth, can_receive, can_send, smtp_timeout_s, ca_file, created_at
)
SELECT
    name, title, kind,
    incoming_host, incoming_port, incoming_security,
    submission_host, submission_port, submission_security,
    ews_url, login, auth, can_receive, can_send, smtp_timeout_s, ca_file, created_at
FROM provider;

CREATE TABLE provider_mx_next (
    suffix TEXT PRIMARY KEY,
    provider TEXT NOT NULL REFERENCES provider_next (name) ON DELETE CASCADE
) STRICT;

INSERT INTO provider_mx_next (suffix, provider) SELECT suffix, provider FROM provider_mx;

DROP TABLE provider_mx;

DROP TABLE provider;

ALTER TABLE provider_next RENAME TO provider;

ALTER TABLE provider_mx_next RENAME TO provider_mx;

ALTER TABLE domain_mapping ADD COLUMN
    includes_subdomains INTEGER NOT NULL DEFAULT 0 CHECK (includes_subdomains IN (0, 1));
