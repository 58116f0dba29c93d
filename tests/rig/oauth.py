"""A real OAuth 2.0 authorisation server: Authlib's, in a process of its own."""

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import URLError

from .authority import Authority
from .processes import LOOPBACK
from .servers import Server

_PROGRAM = Path(__file__).with_name("oauth_server.py")
HOSTS = (
    "oauth.hosting.example",
    "accounts.google.com",
    "oauth2.googleapis.com",
    "login.microsoftonline.com",
)


class OAuth(Server):
    """One issuer under the names of several; all people agree at once.

    `login_hint` says who agrees, and one that begins with `deny` does not. Clients are
    mailctl-public, mailctl-secret (shh-client-secret) and mailctl-daemon
    (shh-daemon-secret, for client credentials).
    """

    needs_root = False

    def __init__(self, authority: Authority, *, directory: Path | None = None) -> None:
        super().__init__(directory)
        self.https_port, self.http_port = self.reserve(2)
        self._certificate = authority.issue("oauth", *HOSTS)

    @property
    def introspection_url(self) -> str:
        """Where a mail server asks whose a token is, as the client dovecot."""
        return f"http://dovecot:introspects@{LOOPBACK}:{self.http_port}/introspect"

    def prepare(self) -> list[str]:
        certificate = self._certificate
        files = (str(certificate.chain_file), str(certificate.key_file))
        program = [sys.executable, "-W", "ignore", str(_PROGRAM)]
        return [*program, str(self.https_port), str(self.http_port), *files]

    def is_ready(self) -> bool:
        try:
            return self.requests() == []
        except (URLError, OSError):
            return False

    def detours(self) -> str:
        """Return what leads to this server, to be added to MAILCTL_CONNECT_TO."""
        return ",".join(f"{host}:443:{LOOPBACK}:{self.https_port}" for host in HOSTS)

    def approve(self, user_code: str, user: str) -> None:
        """Let the person type that device code in; `deny…` says no."""
        self._told("approve", user_code=user_code, user=user)

    def pending(self) -> list[str]:
        """Return the device codes that were given out."""
        return list(self._told("pending"))

    def revoke(self, user: str) -> None:
        """Take back all that this person agreed to."""
        self._told("revoke", user=user)

    def expire(self, user: str) -> None:
        """Let the access tokens of this person end now."""
        self._told("expire", user=user)

    def set(self, **values: object) -> None:
        """Change `lifetime_s` of new tokens, or whether refresh tokens rotate (`rotates`)."""
        self._told("set", **values)

    def add_client(self, client_id: str, **values: object) -> None:
        """Register an app: `secret`, `grants`, `public_key`."""
        self._told("client", client_id=client_id, **values)

    def act_for(self, client_id: str, user: str) -> None:
        """Let the app that signs in by itself open this mailbox."""
        self._told("act-for", client_id=client_id, user=user)

    def secrets(self) -> list[str]:
        """Return every token and code that was ever given out."""
        return list(self._told("secrets"))

    def requests(self) -> list[str]:
        """Return what was asked, "METHOD PATH STATUS" each."""
        return list(self._told("requests"))

    def _told(self, verb: str, **values: object) -> Any:
        url = f"http://{LOOPBACK}:{self.http_port}/rig/{verb}"
        asked = urllib.request.Request(url, data=json.dumps(values).encode(), method="POST")
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return json.load(answer)
