"""Contacts and companies in files: CSV of several programs, JSON of our own, vCards; row by row."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from mailctl.core import row_files
from mailctl.domain.contacts import OptionKind
from mailctl.domain.records import RowFormat
from mailctl.errors import BadUsage

if TYPE_CHECKING:
    from vobject.base import Component

_LARGEST_CARD = 4 << 20
_VCARD, _VCARD_ENDINGS = "vcard", {"vcf", "vcard"}
_FORMATS = {"csv": RowFormat.CSV, "json": RowFormat.JSON, "ndjson": RowFormat.NDJSON}
# An apostrophe that we, or a spreadsheet, put before what would start a formula.
_ESCAPED = re.compile(r"'(?=[=+\-@\t\r\n＝＋－＠])")
_EXTENSION = re.compile(r"\b(?:ext|x)\.?\s*(\d{1,8})\s*(?=\||\Z)", re.IGNORECASE)
_LETTERS = re.compile(r"[^a-z]")

# What columns are called by Google, Outlook, Thunderbird, LinkedIn and us, letters alone.
_TEXTS = {
    "id": "id",
    **dict.fromkeys(("name", "fullname", "displayname", "fileas", "fn"), "name"),
    **dict.fromkeys(("firstname", "givenname"), "first"),
    **dict.fromkeys(("lastname", "familyname", "surname"), "last"),
    **dict.fromkeys(("jobtitle", "title", "organizationtitle", "position"), "job_title"),
    **dict.fromkeys(("department", "organizationdepartment"), "department"),
    **dict.fromkeys(
        ("company", "companies", "companyname", "organization", "organizationname", "org"),
        "company",
    ),
    **dict.fromkeys(("domain", "domains", "emaildomain", "emaildomains"), "domains"),
    "owner": "owner",
    **dict.fromkeys(("tags", "categories", "labels", "groupmembership"), "tags"),
}
_LISTS = {"company": "companies", "domains": "domains", "tags": "tags"}
_OPTIONS = {
    **dict.fromkeys(
        ("email", "emails", "emailaddress", "emailvalue", "primaryemail", "secondaryemail", "mail"),
        (OptionKind.EMAIL, ""),
    ),
    **dict.fromkeys(("phone", "phones", "phonevalue", "telephone", "tel"), (OptionKind.PHONE, "")),
    **dict.fromkeys(("businessphone", "workphone"), (OptionKind.PHONE, "work")),
    **dict.fromkeys(("mobilephone", "mobile", "mobilenumber"), (OptionKind.PHONE, "mobile")),
    "homephone": (OptionKind.PHONE, "home"),
    **dict.fromkeys(("businessfax", "faxnumber", "fax"), (OptionKind.PHONE, "fax")),
    **dict.fromkeys(
        ("web", "webs", "website", "websitevalue", "webpage", "url"), (OptionKind.WEB, "")
    ),
    **dict.fromkeys(("social", "socials"), (OptionKind.SOCIAL, "")),
    **dict.fromkeys(("address", "addresses", "addressformatted"), (OptionKind.ADDRESS, "")),
}


@dataclass
class ContactRow:
    """What a row of a file says of a contact or a company; nothing is what it does not say."""

    line: int
    id: str = ""
    name: str = ""
    job_title: str = ""
    department: str = ""
    companies: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    """Of a company."""
    owner: str = ""
    tags: list[str] = field(default_factory=list)
    options: list[tuple[OptionKind, str]] = field(default_factory=list)
    """Kind, and VALUE or VALUE|TYPE."""
    trouble: str | None = None
    """Why nothing can be made of the row."""


@contextmanager
def rows(
    path: str,
    stdin: BinaryIO,
    *,
    form: str | None,
    encoding: str | None,
    mapping: Mapping[str, str],
) -> Iterator[Iterator[ContactRow]]:
    """Give the rows of a file, `-` being standard input, read as `row_files` reads records.

    `mapping` names columns of CSV that are called otherwise: column -> one of our names. Raises
    BadUsage for a format that is none or not clear, and what cannot be opened; the rows raise it
    for what has none at all.
    """
    if form is not None and form not in {_VCARD, *_FORMATS}:
        raise BadUsage(f"{form!r} is no format", hint="choose csv, vcard, json, ndjson")
    if form == _VCARD or (form is None and path.rpartition(".")[2].lower() in _VCARD_ENDINGS):
        with row_files.lines_of(path, stdin, encoding=encoding) as lines:
            yield _cards(lines)
        return
    chosen = row_files.format_of(path, None if form is None else _FORMATS[form])
    if chosen is RowFormat.CSV:
        with row_files.lines_of(path, stdin, encoding=encoding) as lines:
            yield _table_rows(lines, mapping)
        return
    with row_files.rows(path, stdin, form=chosen, encoding=encoding) as found:
        yield map(_of_row, found)


def _table_rows(lines: Iterator[str], mapping: Mapping[str, str]) -> Iterator[ContactRow]:
    names, found = row_files.table(lines)
    columns = [_column(mapping.get(name, name)) for name in names]
    if names and not any(columns):
        raise BadUsage(
            f"no column is known: {', '.join(name[:30] for name in names[:8])}",
            hint="say what one is: --map 'E-Mail privat=email'",
        )
    for row in found:
        if row.trouble is not None:
            yield ContactRow(row.line, trouble=row.trouble)
        else:
            yield _of_cells(row.line, columns, row.cells)


def _of_row(row: row_files.Row) -> ContactRow:
    if row.trouble is not None:
        return ContactRow(row.line, trouble=row.trouble)
    return _of_document(row.line, row.values)


def _cards(file: Iterable[str]) -> Iterator[ContactRow]:
    """Yield the cards of a file (vCard 3.0, RFC 2426; 4.0, RFC 6350), one at a time."""
    card: list[str] = []
    begun = size = 0
    for number, line in enumerate(file, start=1):
        word = line.strip().lstrip("\ufeff").upper()
        if word == "BEGIN:VCARD":
            card, begun, size = [], number, 0
        if begun:
            size += len(line)
            if size <= _LARGEST_CARD:
                card.append(line)
        if word == "END:VCARD" and begun:
            if size > _LARGEST_CARD:
                yield ContactRow(begun, trouble="the card is larger than 4 MiB")
            else:
                yield _of_card(begun, "".join(card))
            begun = 0
    if begun:
        yield ContactRow(begun, trouble="the card has no END:VCARD")


def _column(name: str) -> str | tuple[OptionKind, str] | None:
    letters = _LETTERS.sub("", name.lower())
    return _TEXTS.get(letters) or _OPTIONS.get(letters)


def _of_cells(
    line: int, columns: Sequence[str | tuple[OptionKind, str] | None], cells: Sequence[str]
) -> ContactRow:
    row = ContactRow(line)
    first = last = ""
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if column is None or not text:
            continue
        if isinstance(column, tuple):
            kind, type_ = column
            row.options += [(kind, _typed(each, type_)) for each in _values(text)]
        elif column == "first":
            first = text
        elif column == "last":
            last = text
        elif column in _LISTS:
            getattr(row, _LISTS[column]).extend(_values(text))
        elif not getattr(row, column):
            setattr(row, column, text)
    row.name = row.name or f"{first} {last}".strip()
    return row


def _values(text: str) -> list[str]:
    """Return the values in a cell: ours have semicolons between them, Google's three colons."""
    words = text.replace(" ::: ", ";").split(";")
    return [_ESCAPED.sub("", word.strip(), count=1) for word in words if word.strip()]


def _typed(value: str, type_: str) -> str:
    return value if "|" in value or not type_ else f"{value}|{type_}"


def _of_document(line: int, document: Mapping[str, Any]) -> ContactRow:
    row = ContactRow(line)
    for name in ("id", "name", "job_title", "department", "owner"):
        setattr(row, name, str(document.get(name) or ""))
    row.tags = [str(each) for each in _list(document.get("tags"))]
    row.domains = [str(each) for each in _list(document.get("domains"))]
    for each in _list(document.get("companies")):
        row.companies.append(str(each.get("name") or "") if isinstance(each, dict) else str(each))
    for kind in OptionKind:
        plural = "addresses" if kind is OptionKind.ADDRESS else f"{kind}s"
        for each in _list(document.get(plural)):
            if isinstance(each, dict):
                ext = f" ext {each['ext']}" if each.get("ext") else ""
                value = f"{each.get('value') or ''}{ext}"
                row.options.append((kind, _typed(value, str(each.get("type") or ""))))
            else:
                row.options.append((kind, str(each)))
    return row


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _of_card(line: int, text: str) -> ContactRow:
    import vobject  # 60 ms, for who has cards
    from vobject.base import VObjectError

    # What a bad card makes the library stumble over, besides what it means to raise.
    stumbles = (ValueError, LookupError, AttributeError, TypeError, AssertionError, StopIteration)
    row = ContactRow(line, trouble=row_files.objection(text))
    if row.trouble is not None:
        return row
    try:
        card = vobject.readOne(text, ignoreUnreadable=True)
        _take_card(row, card)
    except (VObjectError, RecursionError, *stumbles) as error:
        row.trouble = f"no vCard: {error}"
    return row


def _take_card(row: ContactRow, card: "Component") -> None:
    for child in card.getChildren():
        value, kind = child.value, child.name.upper()
        type_ = _card_type(child)
        match kind:
            case "FN":
                row.name = row.name or str(value)
            case "N" if not row.name:
                row.name = " ".join(w for w in (value.given, value.family) if isinstance(w, str))
            case "TITLE":
                row.job_title = str(value)
            case "ORG":
                parts = [str(each) for each in value] if isinstance(value, list) else [str(value)]
                row.companies += parts[:1]
                row.department = parts[1] if len(parts) > 1 else ""
            case "EMAIL":
                row.options.append((OptionKind.EMAIL, _typed(str(value), type_)))
            case "TEL":
                number = re.sub(r"(?i)^tel:", "", str(value)).replace(";ext=", " ext ")
                row.options.append((OptionKind.PHONE, _typed(number, type_)))
            case "URL":
                row.options.append((OptionKind.WEB, _typed(str(value), type_)))
            case "IMPP" | "X-SOCIALPROFILE":
                row.options.append((OptionKind.SOCIAL, _typed(str(value), type_)))
            case "ADR":
                lines = [line.strip(" ,") for line in str(value).splitlines()]
                address = ", ".join(line for line in lines if line)
                if address:
                    row.options.append((OptionKind.ADDRESS, _typed(address, type_)))
            case "CATEGORIES":
                row.tags += [str(each) for each in (value if isinstance(value, list) else [value])]


def _card_type(child: Any) -> str:
    words = ",".join(str(each) for each in child.params.get("TYPE", ())).lower().split(",")
    known = ("cell", "fax", "work", "home", "mobile")
    found = next((word for word in known if word in words), "")
    return "mobile" if found == "cell" else found
