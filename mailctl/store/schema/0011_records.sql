-- What else mail can be about. What nobody else has: every change of these rows waits for the disk.
CREATE TABLE record_type (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    mask TEXT NOT NULL,
    -- Names, as a JSON array.
    fields TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE record (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    type_number INTEGER NOT NULL REFERENCES record_type (number),
    -- What people call the number of a record.
    label TEXT NOT NULL,
    -- The same as it is compared: without case.
    label_key TEXT NOT NULL,
    title TEXT NOT NULL,
    -- Values by name, as a JSON object.
    fields TEXT NOT NULL,
    -- Number, title and values without case, where words are looked for.
    words TEXT NOT NULL,
    owner TEXT,
    source TEXT NOT NULL,
    tags TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (type_number, label_key)
) STRICT;
