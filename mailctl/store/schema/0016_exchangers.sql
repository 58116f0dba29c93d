-- Which mail exchangers a domain had when it was learned: where they change, its mailboxes may have
-- moved. NULL where nobody had asked.
ALTER TABLE domain_mapping ADD COLUMN exchangers TEXT;
