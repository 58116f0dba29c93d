-- What a sign-in found out of the server, in words of its protocol, for the next one not to ask.
ALTER TABLE account ADD COLUMN server_memo TEXT;
