-- Which conversation a message belongs to follows from the Message-IDs that it names. The key is
-- 60 bits of such a name's digest, those of `thr_…`: so every id that a conversation ever had
-- leads to it.
CREATE TABLE thread_mention (
    key INTEGER PRIMARY KEY,
    -- The key by which the conversation is known, itself where it leads no further.
    leads_to INTEGER NOT NULL
) STRICT;

CREATE INDEX message_by_thread ON message (thread_id);

-- Who wrote and who was written to are asked for apart, and the mailing list too.
DROP TABLE message_text;

CREATE VIRTUAL TABLE message_text USING fts5 (
    subject, sender, addressees, copied, blind, replies, body, attachments, list,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co'"
);

-- Everything is indexed anew, and what was stored before put into its conversation.
UPDATE message SET indexed_version = 0 WHERE indexed_version <> 0;
