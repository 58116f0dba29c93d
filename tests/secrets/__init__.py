"""Tests of the places where secrets are kept."""
