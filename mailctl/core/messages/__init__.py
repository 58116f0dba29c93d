"""Stored mail: listed, found, shown, flagged, forgotten."""
