"""The facts that a signature states, each with its line, its confidence and why."""

import re
from collections.abc import Iterator

from mailctl.domain.addresses import Person
from mailctl.domain.facts import Fact, FactField
from mailctl.enrich.persons import Match, bare_name, compared, is_like_name
from mailctl.enrich.pieces import Piece, pieces_of
from mailctl.enrich.places import by_place
from mailctl.enrich.postal import is_address, is_country, without_label
from mailctl.enrich.regions import language_of, likely_regions
from mailctl.enrich.roles import domain_words, has_company_form, is_of_domain
from mailctl.enrich.signatures import Signature
from mailctl.enrich.wording import Wording, wordings
from mailctl.enrich.words.names import PREFIX

_PHONES_MAX, _ONLINE_MAX, _GIVEN_MAX = 10, 8, 3
_DOMAIN = re.compile(r"@([\w-]+(?:\.[\w-]+)+)|www\.([\w-]+(?:\.[\w-]+)+)")
_CAPITALS = re.compile(r"(?<!\w)[^\W\d_a-z]{3,}(?!\w)|(?<=-)[^\W\d_a-z]{2,}(?!\w)")
_READING = re.compile(r"^\s*\([\u3040-\u30ff\sA-Za-z]{2,40}\)")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_ROLE_ADDRESS = re.compile(
    r"(?:info|office|sales|support|contact|kontakt|service|mail|post|team|hello|hi|admin|vertrieb|buchhaltung|contacto|comercial|ventas|vendas|biuro|zakaz|press|hr|jobs|help|marketing|accounts?|billing|order|orders|export|einkauf|achats|compras|segreteria|amministrazione|geral|sekretariat|privacy|gdpr|zentrale|reception|secretariat)\b",
    re.IGNORECASE,
)


class _Reader:
    """Reads one signature."""

    def __init__(
        self, signature: Signature, sender: Person, language: str, region: str | None
    ) -> None:
        self.signature, self.sender = signature, sender
        self.domain = sender.address.rpartition("@")[2].lower()
        texts = [line.text for line in signature.lines]
        whole = "\n".join(texts)
        domains = [self.domain, *(a or b for a, b in _DOMAIN.findall(whole))]
        regions = likely_regions(texts, domains, language, region)
        self.pieces = pieces_of(signature.lines, regions, sender)
        is_own = signature.match is Match.CONFIRMED
        self.weight = signature.weight * (1.0 if is_own else 0.75)
        self.why = (signature.how, signature.match.value)

    def fact(
        self,
        field: FactField,
        piece: Piece,
        value: str,
        confidence: float,
        evidence: str,
        *,
        written: str = "",
        type_: str = "",
        ext: str = "",
    ) -> Fact:
        """Return a fact that the piece states."""
        return Fact(
            field=field,
            value=value,
            written=written or value,
            line=piece.line.shown,
            number=piece.line.number,
            confidence=round(self.weight * confidence, 2),
            evidence=(*self.why, evidence),
            type=type_,
            ext=ext,
        )


def facts_of(
    signature: Signature, sender: Person, *, language: str, region: str | None
) -> Iterator[Fact]:
    """Yield the facts in the order of the fields: name, job, company, department, how to reach."""
    reader = _Reader(signature, sender, language, region)
    name_at, rest = _name_place(reader)
    if signature.name and name_at is not None:
        yield _name(reader, reader.pieces[name_at])
    addresses = _address_places(reader, name_at)
    yield from _roles(reader, name_at, rest, addresses)
    yield from _phones(reader)
    yield from _online(reader)
    yield from _address(reader, addresses)


def _name_place(reader: _Reader) -> tuple[int | None, str]:
    """Return which piece has the name, and what stands behind it there."""
    wanted = reader.signature.name
    for at, piece in enumerate(reader.pieces[:12]):
        if wanted and wanted in " ".join(piece.words.split()):
            before, _, rest = piece.words.partition(wanted)
            if len(before) < 40:
                return at, f"{PREFIX.sub('', before)} {_READING.sub('', rest)}".strip(" ,;-–—/|()")
        if (
            not wanted
            and len(piece.words.split()) <= _GIVEN_MAX
            and compared(bare_name(piece.words), reader.sender) is Match.CONFIRMED
        ):
            return at, ""
    return None, ""


def _name(reader: _Reader, piece: Piece) -> Fact:
    written = reader.signature.name
    as_shown = {word.casefold(): word for word in re.findall(r"\w+", reader.sender.name)}

    def small(found: re.Match[str]) -> str:
        word = found[0]
        shown = as_shown.get(word.casefold(), "")
        return shown if shown and not shown.isupper() else word.capitalize()

    value = _CAPITALS.sub(small, written)
    confirmed = reader.signature.match is Match.CONFIRMED
    evidence = "written as a full name"
    return reader.fact(
        FactField.NAME, piece, value, 1.0 if confirmed else 0.8, evidence, written=piece.text
    )


def _address_places(reader: _Reader, name_at: int | None) -> dict[int, str]:
    """Return the pieces that are of a postal address, and what of them is."""
    found: dict[int, str] = {}
    for at, piece in enumerate(reader.pieces):
        words, is_labelled = without_label(piece.words)
        if at == name_at or not words or piece.is_legal or len(words) > 160:
            continue
        if is_labelled or is_address(words) or (found and at - 1 in found and is_country(words)):
            found[at] = words
    return found


def _address(reader: _Reader, places: dict[int, str]) -> Iterator[Fact]:
    """Yield the address whose lines stand together, the first one if there are several."""
    run: list[int] = []
    for at in sorted(places):
        if run and at - run[-1] > 1:
            break
        run.append(at)
    if run:
        value = ", ".join(_place_of(places[at], reader.domain) for at in run)
        value = value.strip(" ,")
        if _LETTERS.search(value):
            confidence = 0.9 if len(run) > 1 or "," in value else 0.75
            yield reader.fact(
                FactField.ADDRESS,
                reader.pieces[run[0]],
                value,
                confidence,
                "street or code of a place",
            )


def _place_of(words: str, domain: str) -> str:
    """Return an address without the company that stands before it on the line."""
    first, comma, rest = words.partition(", ")
    if comma and (has_company_form(first) or is_of_domain(first, domain)) and not is_address(first):
        return rest
    return words


def _roles(
    reader: _Reader, name_at: int | None, rest: str, addresses: dict[int, str]
) -> Iterator[Fact]:
    """Yield job, company and department: of each what is surest, and of that the first."""
    found: list[tuple[int, Wording]] = []
    unknown: dict[int, str] = {}
    for at, piece in enumerate(reader.pieces):
        words = rest if at == name_at else _before_address(piece.words, at, addresses)
        if (
            piece.is_contact
            and len(words) < 5
            and not words.isascii()
            and language_of(words) in {"ja", "zh"}
        ):
            continue  # `(代表)` says whose number it is
        if not _LETTERS.search(words) or (piece.is_legal and not has_company_form(words)):
            continue
        said = [(at, w) for w in wordings(words, reader.domain) if not _is_sentence(w)]
        said = [(at, w) for at, w in said if not _is_name_again(w, reader.sender)]
        if piece.phones and len(words.split()) == 1:  # says whose number it is, or which
            said = [(at, w) for at, w in said if w.field is FactField.COMPANY]
        if piece.is_legal:
            said = [
                (at, w)
                for at, w in said
                if w.field is FactField.COMPANY and len(w.text.split()) <= 6
            ]
        found += said
        if not said and at not in addresses:
            unknown[at] = words
    if name_at is not None and (found or any(piece.is_contact for piece in reader.pieces)):
        places = [at for at in unknown if at == name_at or not reader.pieces[at].is_contact]
        labels = {at: unknown[at] for at in places}
        found += by_place(labels, name_at, found, reader.sender)
    for field in (FactField.JOB_TITLE, FactField.COMPANY, FactField.DEPARTMENT):
        of_field = [(at, w) for at, w in found if w.field is field]
        if of_field:
            at, best = max(
                of_field, key=lambda pair: _worth(pair[1], pair[0], name_at, reader.domain)
            )
            yield reader.fact(
                field,
                reader.pieces[at],
                _tidy(best.text),
                best.confidence,
                best.evidence,
                written=best.text,
            )


def _before_address(words: str, at: int, addresses: dict[int, str]) -> str:
    if at not in addresses:
        return words
    first, comma, _ = without_label(words)[0].partition(", ")
    return first if comma and not is_address(first) else ""


def _is_name_again(wording: Wording, sender: Person) -> bool:
    """Return whether a company is none but the sender's name, which the domain has too."""
    if wording.field is not FactField.COMPANY or has_company_form(wording.text):
        return False
    name = bare_name(wording.text)
    return is_like_name(name) and compared(name, sender) is Match.CONFIRMED


def _is_sentence(wording: Wording) -> bool:
    words = wording.text.split()
    small = sum(word[0].islower() for word in words)
    return (len(words) > 7 and small > 4) or wording.text.endswith(("?", "!"))


def _worth(wording: Wording, at: int, name_at: int | None, domain: str) -> tuple[float, ...]:
    near = 0.0 if name_at is None else -abs(at - name_at)
    is_named = wording.field is FactField.COMPANY and is_of_domain(wording.text, domain)
    if wording.field is FactField.COMPANY:
        return (round(wording.confidence + 0.1 * is_named, 2), near)
    is_after = name_at is None or at >= name_at
    return (float(is_after), near)


def _tidy(text: str) -> str:
    text = text.strip(" ,;:-–—/|")
    if text.count("(") > text.count(")"):
        text = text.rpartition("(")[0].strip()
    return text


def _phones(reader: _Reader) -> Iterator[Fact]:
    seen: set[str] = set()
    for piece in reader.pieces:
        if len(piece.text) > 120 and len(piece.words.split()) > 12:
            continue
        for phone in piece.phones:
            if phone.e164 in seen or len(seen) >= _PHONES_MAX:
                continue
            seen.add(phone.e164)
            confidence = 1.0 if phone.is_labelled else 0.95 if phone.has_code else 0.8
            evidence = (
                "labelled as a number" if phone.is_labelled else "is a number of that country"
            )
            yield reader.fact(
                *(FactField.PHONE, piece, phone.e164, confidence, evidence),
                written=phone.written,
                type_=phone.type,
                ext=phone.ext,
            )


def _online(reader: _Reader) -> Iterator[Fact]:
    seen = {reader.sender.address.lower()}
    for piece in reader.pieces:
        for found in piece.online:
            key = (
                found.value.lower()
                .removeprefix("https://")
                .removeprefix("http://")
                .removeprefix("www.")
            )
            if key in seen or len(seen) > 2 * _ONLINE_MAX:
                continue
            seen.add(key)
            if found.kind == "email" and not _is_own_email(key, reader):
                continue
            if found.kind == "web" and found.start == found.end and not _is_own_site(key, reader):
                continue
            is_role = found.kind == "email" and _ROLE_ADDRESS.match(key)
            evidence = "an address of the company" if is_role else "stands in the signature"
            yield reader.fact(
                *(FactField(found.kind), piece, found.value, 0.8 if is_role else 0.95, evidence),
                written=found.written,
                type_=found.network,
            )


def _is_own_email(address: str, reader: _Reader) -> bool:
    """Return whether an address can be the sender's: `ben.brown@` is not in Anna's signature."""
    local = address.partition("@")[0]
    parts = [part for part in re.split(r"[._-]", local) if len(part) > 1]
    if (
        address.partition("@")[2] != reader.domain
        or len(parts) < 2
        or _ROLE_ADDRESS.match(local)
        or any(map(str.isdigit, local))
    ):
        return True
    name = reader.signature.name or bare_name(reader.sender.name)
    return not name or compared(name, Person("", address)) is not Match.OTHER


def _is_own_site(key: str, reader: _Reader) -> bool:
    """Return whether a link that is not written out leads to the sender's own site."""
    return any(word in key for word in domain_words(reader.domain))
