"""Verbs on what the signatures of mail say of who sent it."""

from mailctl.core.messages.files import raw_source
from mailctl.domain.facts import Findings
from mailctl.enrich.extract import read_signature
from mailctl.errors import BadUsage
from mailctl.records import dataclass
from mailctl.store.connection import Store

SOURCE_MAX = 1 << 26
"""Octets of a file that are read as a mail."""


@dataclass(frozen=True)
class Tried:
    """What a mail says, and which one it is."""

    message: str | None
    """As it was named; None for a file."""
    findings: Findings


def signature_of_message(store: Store, name: str, *, region: str | None) -> Tried:
    """Return what the signature in a stored message says; nothing is kept.

    Raises NotFound, NameAmbiguous, BadUsage.
    """
    return Tried(name, read_signature(raw_source(store, name), region=_country(region)))


def signature_in(source: bytes, *, region: str | None) -> Tried:
    """Return what the signature in a mail says. Raises BadUsage for a region that is none."""
    return Tried(None, read_signature(source, region=_country(region)))


def _country(region: str | None) -> str | None:
    if region is None:
        return None
    import phonenumbers  # 20 ms, where somebody names a country

    if region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise BadUsage(f"there is no country {region!r}", hint="write its code: --region DE")
    return region.upper()
