-- People and organisations. What nobody else has: every change of these rows waits for the disk.
CREATE TABLE company (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- The name as it is compared: without case.
    name_key TEXT NOT NULL,
    owner TEXT,
    source TEXT NOT NULL,
    tags TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

CREATE INDEX company_by_name ON company (name_key);

CREATE TABLE company_domain (
    domain TEXT NOT NULL,
    company_number INTEGER NOT NULL REFERENCES company (number) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY (domain, company_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX company_domain_of ON company_domain (company_number);

CREATE TABLE contact (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    job_title TEXT NOT NULL,
    department TEXT NOT NULL,
    owner TEXT,
    source TEXT NOT NULL,
    tags TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

CREATE INDEX contact_by_name ON contact (name_key, number);

CREATE TABLE contact_company (
    contact_number INTEGER NOT NULL REFERENCES contact (number) ON DELETE CASCADE,
    company_number INTEGER NOT NULL REFERENCES company (number) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY (contact_number, company_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_company_of ON contact_company (company_number);

CREATE TABLE communication_option (
    number INTEGER PRIMARY KEY,
    contact_number INTEGER REFERENCES contact (number) ON DELETE CASCADE,
    company_number INTEGER REFERENCES company (number) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('email', 'phone', 'web', 'social', 'address')),
    position INTEGER NOT NULL,
    value TEXT NOT NULL,
    -- What is compared.
    option_key TEXT NOT NULL,
    type TEXT NOT NULL,
    ext TEXT NOT NULL,
    CHECK ((contact_number IS NULL) <> (company_number IS NULL))
) STRICT;

CREATE INDEX option_by_key ON communication_option (kind, option_key);

CREATE INDEX option_of_contact ON communication_option (contact_number)
WHERE contact_number IS NOT NULL;

CREATE INDEX option_of_company ON communication_option (company_number)
WHERE company_number IS NOT NULL;
