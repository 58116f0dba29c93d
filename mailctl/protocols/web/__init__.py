"""Small documents from the web, by verified HTTPS and from public addresses alone."""

from mailctl.protocols.web.fetching import HttpsWeb

__all__ = ["HttpsWeb"]
