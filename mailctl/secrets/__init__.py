"""Where passwords and tokens are kept; the database only ever sees a reference."""
