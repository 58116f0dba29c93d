-- What was united of people and organisations: old ids stay valid, and it can be taken apart again.
CREATE TABLE merging (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    noun TEXT NOT NULL CHECK (noun IN ('contact', 'company')),
    kept_id TEXT NOT NULL,
    -- As the kept one was before and after, and those that went into it, as JSON.
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    gone TEXT NOT NULL,
    merged_at TEXT NOT NULL,
    undone_at TEXT
) STRICT;

-- Each id that was given up, and where it leads now.
CREATE TABLE contact_alias (
    id TEXT NOT NULL PRIMARY KEY,
    contact_number INTEGER NOT NULL REFERENCES contact (number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_alias_of ON contact_alias (contact_number);

CREATE TABLE company_alias (
    id TEXT NOT NULL PRIMARY KEY,
    company_number INTEGER NOT NULL REFERENCES company (number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX company_alias_of ON company_alias (company_number);
