"""What else mail is about: records and their types."""
