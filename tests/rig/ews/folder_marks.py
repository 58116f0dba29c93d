"""What Exchange keeps of a folder that tells of changes in it ([MS-OXPROPS])."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from .mailbox import ExchangeFolder
from .soap import M, T

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_PATHS = f"{{{M}}}FolderShape/{{{T}}}AdditionalProperties/{{{T}}}ExtendedFieldURI"


def marks(folder: ExchangeFolder, asked: ET.Element) -> str:
    """Return those of the folder's marks that are asked for."""
    known = {"0x670a": _last_commit(folder), "0x670b": _deleted(folder)}
    return "".join(
        f"<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag={quoteattr(tag)} "
        f"PropertyType={quoteattr(path.get('PropertyType', ''))}/>"
        f"<t:Value>{known[tag]}</t:Value></t:ExtendedProperty>"
        for path in asked.findall(_PATHS)
        if (tag := path.get("PropertyTag", "").lower()) in known
    )


def _last_commit(folder: ExchangeFolder) -> str:
    """Return PidTagLocalCommitTimeMax: when an item was last created or changed."""
    written = sum(kind != "delete" for kind, _ in folder.log)
    return (_BEGAN + timedelta(seconds=written)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _deleted(folder: ExchangeFolder) -> int:
    """Return PidTagDeletedCountTotal: how many items were ever deleted."""
    return sum(kind == "delete" for kind, _ in folder.log)
