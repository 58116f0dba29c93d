"""People and companies, and who takes part in mail."""
