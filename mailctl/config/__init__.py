"""Settings, where each came from, and the places on the disk."""
