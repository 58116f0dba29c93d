"""The bytes of a message and what they say."""
