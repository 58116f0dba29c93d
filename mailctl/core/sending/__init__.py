"""Mail written, queued, sent, and filed."""
