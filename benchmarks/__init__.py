"""Measurements against peers, side by side in one run, so that the machine's mood cancels out."""
