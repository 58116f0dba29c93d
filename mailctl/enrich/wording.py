"""What words of a signature name that are no address: jobs, departments, companies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailctl.domain.facts import FactField
from mailctl.enrich.roles import (
    forms_stand_in_front,
    has_company_form,
    has_company_front,
    has_company_word,
    has_department,
    has_title,
    is_of_domain,
    is_quoted_name,
    may_be_job,
)
from mailctl.enrich.words.wordings import (
    AT,
    COMMA,
    DASH,
    DEGREE,
    ENDS_IN,
    FIRST,
    LABELS,
    OF,
    PREFIXED,
    SLOGAN,
)

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a piece of text names, and how sure that is."""

    field: FactField
    text: str
    confidence: float
    evidence: str


def wordings(text: str, domain: str) -> Iterator[Wording]:
    """Yield what the text names; nothing where its words tell nothing."""
    text = DEGREE.sub("", LABELS.sub("", text, count=1)).strip(" ,;:-–—/|·•*")
    if not 2 <= len(text) <= 120 or len(text.split()) > 14:
        return
    if " " in text and _CJK.search(text):
        eastern = [w for word in text.split() for w in _plain(word, domain)]
        if len({w.field for w in eastern}) > 1:
            yield from eastern
            return
    text = first_language(text)
    for pattern in (AT, DASH, COMMA):
        pieces = [piece.strip() for piece in pattern.split(text) if piece.strip()]
        if 1 < len(pieces) <= 4:
            found = _of_pieces(pieces, domain, is_at=pattern is AT)
            if found:
                yield from found
                return
    prefixed = PREFIXED.search(text)
    if prefixed and prefixed.start("company") > 2 and has_title(text[: prefixed.start("company")]):
        yield from _plain(text[: prefixed.start("company")].strip(" ,"), domain)
        yield Wording(FactField.COMPANY, prefixed["company"], 0.95, "has a legal form")
        return
    yield from _split_title(text, domain) or _plain(text, domain)


def first_language(text: str) -> str:
    """Return the first of two texts that say one thing in two languages (`Leiter / Head`)."""
    first, slash, second = text.partition(" / ")
    is_two = has_title(second) or may_be_job(second)
    if slash and len(second) > 3 and is_two and (has_title(first) or may_be_job(first)):
        return first
    return text


def _of_pieces(pieces: list[str], domain: str, *, is_at: bool) -> list[Wording]:
    """Return what each piece names, where they name different things; else nothing."""
    kinds = [next(_plain(piece, domain), None) for piece in pieces]
    if (
        is_at
        and kinds[0] is not None
        and kinds[0].field is FactField.JOB_TITLE
        and len(pieces) == 2
    ):
        company = " ".join(pieces[1].split())
        return [kinds[0], Wording(FactField.COMPANY, company, 0.9, "follows a job with `at`")]
    fields = {kind.field for kind in kinds if kind is not None}
    if len(fields) < 2 or FactField.COMPANY not in fields:
        return _title_and_department(pieces, kinds)
    return _joined(pieces, kinds)


def _title_and_department(pieces: list[str], kinds: list[Wording | None]) -> list[Wording]:
    """Return a job and the department behind it (`Leiter, Abteilung Vertrieb`), or nothing."""
    if len(pieces) != 2 or kinds[0] is None or kinds[1] is None:
        return []
    department = next((at for at, p in enumerate(pieces) if _is_department(p)), None)
    if department is None or kinds[1 - department].field is not FactField.JOB_TITLE:  # type: ignore[union-attr]
        return []  # `Director, Sales` is one title
    return [kind for kind in kinds if kind is not None]


def _joined(pieces: list[str], kinds: list[Wording | None]) -> list[Wording]:
    """Return the wordings of the pieces; what tells nothing goes with what stands before it."""
    found: list[Wording] = []
    for piece, kind in zip(pieces, kinds, strict=True):
        if kind is None or (found and kind.field is found[-1].field):
            if not found:
                return []
            if found[-1].field is FactField.COMPANY and kind is None:
                continue
            before = found.pop()
            found.append(
                Wording(before.field, f"{before.text}, {piece}", before.confidence, before.evidence)
            )
        else:
            found.append(kind)
    return found


def _split_title(text: str, domain: str) -> list[Wording]:
    """Return a job and a company that stand in one line without a mark between them, or nothing."""
    if not has_title(text) or has_company_front(text):
        return []
    words = text.split()
    for at in range(max(1, len(words) - 4), len(words)):
        company, title = " ".join(words[at:]), " ".join(words[:at])
        if (
            company[0].isupper()
            and is_of_domain(company, domain)
            and not has_title(company)
            and has_title(title)
        ):
            return [
                Wording(FactField.JOB_TITLE, ENDS_IN.sub("", title), 0.88, "has words of a job"),
                Wording(FactField.COMPANY, company, 0.9, f"is the name in {domain}"),
            ]
    if not (has_company_form(text) or is_quoted_name(text)):
        return []
    of = next((m for m in OF.finditer(text) if has_company_form(text[m.end() :])), None)
    if of is not None and has_title(text[: of.start()]):
        start, end = of.span()
        return [
            Wording(FactField.JOB_TITLE, text[:start], 0.9, "has words of a job"),
            Wording(FactField.COMPANY, text[end:], 0.9, "has a legal form"),
        ]
    last = max((at for at, word in enumerate(words) if has_title(word)), default=-1)
    title, company = " ".join(words[: last + 1]), " ".join(words[last + 1 :])
    if (
        last + 1 < len(words)
        and not forms_stand_in_front(words[-1])
        and has_company_form(company)
        and len(company) > 4
    ):
        return [
            Wording(FactField.JOB_TITLE, title, 0.85, "has words of a job"),
            Wording(FactField.COMPANY, company, 0.85, "has a legal form"),
        ]
    return []


def _plain(text: str, domain: str) -> Iterator[Wording]:
    """Yield what a text names as a whole."""
    text = text.strip(" ,;:-–—/|")
    words = len(text.split())
    if not text or words > 12:
        return
    is_slogan = SLOGAN.search(text) is not None and words > 4
    if has_company_form(text) or has_company_front(text):
        yield Wording(FactField.COMPANY, text, 0.95, "has a legal form")
    elif is_quoted_name(text) and not has_title(text) and words <= 8:
        yield Wording(FactField.COMPANY, text, 0.85, "has a name in quotation marks")
    elif _is_department(text):
        yield Wording(FactField.DEPARTMENT, text, 0.85, "names a department")
    elif has_title(text) and not is_slogan and words <= 10:
        yield Wording(FactField.JOB_TITLE, text, 0.92, "has words of a job")
    elif is_of_domain(text, domain) and words <= 6:
        yield Wording(FactField.COMPANY, text, 0.92, f"is the name in {domain}")
    elif has_department(text) and not is_slogan and words <= 8:
        yield Wording(FactField.DEPARTMENT, text, 0.85, "names a department")
    elif has_company_word(text) and may_be_job(text.split()[-1]):
        yield Wording(FactField.JOB_TITLE, text, 0.7, "ends as words for people do")
    elif not is_slogan and words <= 8 and has_company_word(text) and text[0].isupper():
        yield Wording(FactField.COMPANY, text, 0.8, "has words of organisations")


def _is_department(text: str) -> bool:
    is_named = text.casefold().endswith((" department", " team", " division", "abteilung"))
    return _is_department_first(text) or (is_named and not has_title(text))


def _is_department_first(text: str) -> bool:
    return FIRST.match(text) is not None and (has_department(text) or " " in text)
