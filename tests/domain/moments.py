"""Moments that tests agree on."""

from datetime import UTC, datetime

NOON = datetime(2024, 6, 12, 12, 0, tzinfo=UTC)
