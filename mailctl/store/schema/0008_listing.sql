-- What is unread, and what is gone from its folder, is little of what there is: to find either, or
-- to know that a message is neither, no other copy has to be looked at.
CREATE INDEX copy_unread ON message_copy (folder_id)
WHERE gone_at IS NULL AND instr(flags, '\Seen"') = 0;

CREATE INDEX copy_gone ON message_copy (message_number) WHERE gone_at IS NOT NULL;
