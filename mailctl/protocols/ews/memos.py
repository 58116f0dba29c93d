"""What a sign-in found out of its server, as the account keeps it for the next one."""

import json
import re
from contextlib import suppress

from exchangelib.version import EXCHANGE_2016, Build, Version

from mailctl.protocols.ews.signing import Scheme
from mailctl.records import dataclass

_VERSION = re.compile(r"(\d{1,5})\.(\d{1,5})\.(\d{1,5})\.(\d{1,5}) (Exchange\w{1,30})")


@dataclass(frozen=True)
class Memo:
    """How the server is signed in to, and which version of the protocol it speaks."""

    scheme: Scheme | None = None
    version: Version | None = None

    @property
    def known_version(self) -> Version:
        """The version to begin with: most servers have it, and others say that they have not."""
        return self.version or Version(EXCHANGE_2016)

    @property
    def said_version(self) -> str | None:
        """The version in words, as 15.2.1544.9 Exchange2016."""
        version = self.version
        return f"{version.build} {version.api_version}" if version and version.build else None

    def __str__(self) -> str:
        return json.dumps({"auth": self.scheme, "version": self.said_version})


def read(text: str | None) -> Memo:
    """Return what was kept; what cannot be read was never known."""
    if text is None:
        return Memo()
    with suppress(ValueError, TypeError, AttributeError):
        kept = json.loads(text)
        auth, said = kept.get("auth"), _VERSION.fullmatch(kept.get("version") or "")
        version = Version(Build(*map(int, said.groups()[:4])), said[5]) if said else None
        return Memo(Scheme(auth) if auth else None, version)
    return Memo()
