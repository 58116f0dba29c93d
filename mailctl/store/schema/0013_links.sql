-- What mail is about, and why. Everything here follows from mail, people, records, rules and
-- what was said by hand, and is made anew wherever one of these changes.

-- An address as mail has it.
CREATE TABLE correspondent (
    number INTEGER PRIMARY KEY,
    -- In lower case, the domain in its A-form.
    address TEXT NOT NULL UNIQUE,
    -- The same for all spellings of one mailbox: without +tag, without Gmail's dots.
    mailbox TEXT NOT NULL,
    -- The labels of the domain from the right, a dot behind each: what is below begins the same.
    domain_path TEXT NOT NULL
) STRICT;

CREATE INDEX correspondent_by_mailbox ON correspondent (mailbox);

CREATE INDEX correspondent_by_domain ON correspondent (domain_path);

-- Whom a message is from, to, or would be answered to.
CREATE TABLE participation (
    correspondent_number INTEGER NOT NULL REFERENCES correspondent (number),
    message_number INTEGER NOT NULL REFERENCES message (number) ON DELETE CASCADE,
    PRIMARY KEY (correspondent_number, message_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX participation_of ON participation (message_number);

ALTER TABLE communication_option ADD COLUMN mailbox TEXT;

UPDATE communication_option SET mailbox = mailbox_of(option_key) WHERE kind = 'email';

CREATE INDEX option_by_mailbox ON communication_option (mailbox) WHERE mailbox IS NOT NULL;

ALTER TABLE company_domain ADD COLUMN domain_path TEXT NOT NULL DEFAULT '';

UPDATE company_domain SET domain_path = domain_path_of(domain);

CREATE TABLE link_rule (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,
    pattern TEXT NOT NULL,
    -- Where it looks, as a JSON array: subject, body.
    places TEXT NOT NULL,
    type_number INTEGER NOT NULL REFERENCES record_type (number) ON DELETE CASCADE,
    -- What of the record is compared: number, title, or a field of its type.
    compared TEXT NOT NULL,
    creates INTEGER NOT NULL CHECK (creates IN (0, 1)),
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    -- Up to which message it has looked for itself.
    scanned_to INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE link (
    number INTEGER PRIMARY KEY,
    message_number INTEGER NOT NULL REFERENCES message (number) ON DELETE CASCADE,
    contact_number INTEGER REFERENCES contact (number) ON DELETE CASCADE,
    company_number INTEGER REFERENCES company (number) ON DELETE CASCADE,
    record_number INTEGER REFERENCES record (number) ON DELETE CASCADE,
    step TEXT NOT NULL
        CHECK (step IN ('manual', 'address', 'company', 'domain', 'rule', 'thread')),
    rule_number INTEGER REFERENCES link_rule (number) ON DELETE CASCADE,
    -- One of several who may be meant: nobody is linked before a person chooses.
    is_candidate INTEGER NOT NULL CHECK (is_candidate IN (0, 1)),
    -- Where it was found, and what.
    place TEXT NOT NULL,
    evidence TEXT NOT NULL,
    made_at TEXT NOT NULL,
    CHECK (
        (contact_number IS NOT NULL) + (company_number IS NOT NULL) + (record_number IS NOT NULL)
        = 1
    )
) STRICT;

CREATE INDEX link_of_message ON link (message_number);

CREATE INDEX link_to_contact ON link (contact_number, message_number)
WHERE contact_number IS NOT NULL;

CREATE INDEX link_to_company ON link (company_number, message_number)
WHERE company_number IS NOT NULL;

CREATE INDEX link_to_record ON link (record_number, message_number)
WHERE record_number IS NOT NULL;

CREATE INDEX link_by_rule ON link (rule_number) WHERE rule_number IS NOT NULL;

-- What a person said: linked, or never again. By id, so that it follows who is united, and back.
CREATE TABLE hand_link (
    message_number INTEGER NOT NULL REFERENCES message (number) ON DELETE CASCADE,
    noun TEXT NOT NULL CHECK (noun IN ('contact', 'company', 'record')),
    object_id TEXT NOT NULL,
    is_linked INTEGER NOT NULL CHECK (is_linked IN (0, 1)),
    said_at TEXT NOT NULL,
    PRIMARY KEY (message_number, noun, object_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX hand_link_to ON hand_link (object_id);

-- Whether a message has been dealt with, where a person said so.
CREATE TABLE processed_mark (
    message_number INTEGER PRIMARY KEY REFERENCES message (number) ON DELETE CASCADE,
    is_processed INTEGER NOT NULL CHECK (is_processed IN (0, 1)),
    said_at TEXT NOT NULL
) STRICT;

-- Who is not to be proposed as a contact again.
CREATE TABLE declined_mailbox (
    mailbox TEXT NOT NULL PRIMARY KEY,
    said_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers that a rule found and no record has, yet.
CREATE TABLE missed_mention (
    rule_number INTEGER NOT NULL REFERENCES link_rule (number) ON DELETE CASCADE,
    value_key TEXT NOT NULL,
    message_number INTEGER NOT NULL REFERENCES message (number) ON DELETE CASCADE,
    PRIMARY KEY (rule_number, value_key, message_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX missed_mention_of ON missed_mention (message_number);

-- Messages to be linked anew, for something that they depend on has changed.
CREATE TABLE link_pending (
    message_number INTEGER PRIMARY KEY
) STRICT;

-- Conversations whose messages are to inherit anew from each other.
CREATE TABLE link_conversation_pending (
    thread_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE link_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    -- Every message up to this one has been linked once.
    linked_to INTEGER NOT NULL,
    linker_version INTEGER NOT NULL,
    -- Own addresses and internal domains as they were then, as JSON.
    insiders TEXT NOT NULL
) STRICT;

INSERT INTO link_state (only, linked_to, linker_version, insiders) VALUES (1, 0, 0, '[[],[]]');

-- The number of a purged message may come again.
CREATE TRIGGER link_state_follows AFTER DELETE ON message
BEGIN
    UPDATE link_state SET linked_to = (SELECT coalesce(max(number), 0) FROM message)
    WHERE linked_to > (SELECT coalesce(max(number), 0) FROM message);
    UPDATE link_rule SET scanned_to = (SELECT coalesce(max(number), 0) FROM message)
    WHERE scanned_to > (SELECT coalesce(max(number), 0) FROM message);
    DELETE FROM link_pending WHERE message_number = old.number;
END;

CREATE TRIGGER option_comes AFTER INSERT ON communication_option WHEN new.mailbox IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number
    FROM correspondent
    JOIN participation ON correspondent_number = correspondent.number
    WHERE mailbox = new.mailbox;
END;

CREATE TRIGGER option_goes AFTER DELETE ON communication_option WHEN old.mailbox IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number
    FROM correspondent
    JOIN participation ON correspondent_number = correspondent.number
    WHERE mailbox = old.mailbox;
END;

CREATE TRIGGER domain_comes AFTER INSERT ON company_domain
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number
    FROM correspondent
    JOIN participation ON correspondent_number = correspondent.number
    -- a slash is what follows a dot
    WHERE domain_path >= new.domain_path AND domain_path < rtrim(new.domain_path, '.') || '/';
END;

CREATE TRIGGER domain_goes AFTER DELETE ON company_domain
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number
    FROM correspondent
    JOIN participation ON correspondent_number = correspondent.number
    WHERE domain_path >= old.domain_path AND domain_path < rtrim(old.domain_path, '.') || '/';
END;

CREATE TRIGGER belonging_comes AFTER INSERT ON contact_company
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number FROM link WHERE contact_number = new.contact_number;
END;

CREATE TRIGGER belonging_goes AFTER DELETE ON contact_company
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number FROM link WHERE contact_number = old.contact_number;
END;

CREATE TRIGGER contact_goes BEFORE DELETE ON contact
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number FROM link WHERE contact_number = old.number;
END;

CREATE TRIGGER company_goes BEFORE DELETE ON company
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number FROM link WHERE company_number = old.number;
END;

CREATE TRIGGER record_goes BEFORE DELETE ON record
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number FROM link WHERE record_number = old.number;
END;

CREATE TRIGGER record_comes AFTER INSERT ON record
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number
    FROM link_rule JOIN missed_mention ON rule_number = link_rule.number
    WHERE type_number = new.type_number
        AND (compared <> 'number' OR value_key = new.label_key);
END;

CREATE TRIGGER record_changes AFTER UPDATE OF label_key, title, fields ON record
WHEN old.label_key <> new.label_key OR old.title <> new.title OR old.fields <> new.fields
BEGIN
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number
    FROM link_rule JOIN missed_mention ON rule_number = link_rule.number
    WHERE type_number = new.type_number
        AND (compared <> 'number' OR value_key = new.label_key);
    INSERT OR IGNORE INTO link_pending (message_number)
    SELECT message_number FROM link WHERE record_number = new.number;
END;
