"""From a mail domain to its provider, with the evidence for it."""
