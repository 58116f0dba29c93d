"""What a piece of a signature is by where it stands: below the name, between job and company."""

import re
from collections.abc import Iterator, Mapping, Sequence

from mailctl.domain.addresses import Person
from mailctl.domain.facts import FactField
from mailctl.enrich.persons import Match, compared
from mailctl.enrich.postal import is_country
from mailctl.enrich.roles import may_be_job
from mailctl.enrich.wording import Wording, first_language
from mailctl.enrich.words.places import CITIES, FIRST_WORDS

_LABEL_MAX = 8
# As partners call their firm: `Simmons, Collier and Rowland`, `Hodge-Lawrence`.
_SURNAMES = re.compile(
    r"(?:[^\W\d_a-z][\w'’-]{1,20}+,? (?:(?:and|und|et|y|e|i|и|та|і|&) )?){1,4}+"
    r"[^\W\d_a-z][\w'’-]{1,20}"
    r"|[^\W\d_a-z]\w{2,20}-[^\W\d_a-z]\w{2,20}"
)


def by_place(
    unknown: Mapping[int, str], name_at: int, found: Sequence[tuple[int, Wording]], sender: Person
) -> Iterator[tuple[int, Wording]]:
    """Yield what pieces are that no word tells, each with its place.

    `unknown` are their words; those at `name_at` stand behind the name on its line. What is below
    the name is a job where a company follows, or where it looks like one; what is below that,
    or first of all, is a company.
    """
    labels = {at: first_language(words) for at, words in unknown.items() if _is_label(words)}
    if labels.get(name_at, "").isupper():
        del labels[name_at]  # a degree
    of_field = {w.field: at for at, w in reversed(found)}
    title, company = of_field.get(FactField.JOB_TITLE), of_field.get(FactField.COMPANY)
    first = name_at if name_at in labels else name_at + 1
    for at, words in sorted(labels.items()):
        is_job, below = _is_like_job(words), labels.get(at + 1, "")
        is_firm_above = _is_firm(words) and not _is_firm(below)
        is_swapped = is_firm_above or (not is_job and _is_like_job(below))
        is_apart = company == name_at - 1 and (is_job or not _is_like_company(words))
        is_next = company is None and bool(below) and not is_swapped
        is_between = company == at + 1 or is_apart or is_next
        is_below = at == first and (is_between or (is_job and not is_swapped))
        if title is None and (is_below or (company == first == at - 1)):
            yield at, Wording(FactField.JOB_TITLE, words, 0.6, "stands below the name")
            title = at
        elif (
            company is None
            and _is_like_company(words)
            and (
                # one word alone may be a place
                at - 1 == title
                or (at == first and (" " in words or bool(below) or title == at + 1))
            )
        ):
            yield at, Wording(FactField.COMPANY, words, 0.55, "stands beside name and job")
            company = at
    above = labels.get(0, "")
    is_bare = name_at == 1 and company is None and title is not None and _is_like_company(above)
    if is_bare and compared(above, sender) is not Match.CONFIRMED:
        yield 0, Wording(FactField.COMPANY, above, 0.55, "stands above the name")


def _is_firm(words: str) -> bool:
    return _SURNAMES.fullmatch(words) is not None


def _is_like_job(words: str) -> bool:
    return words[:1].islower() or may_be_job(words)


def _is_like_company(words: str) -> bool:
    """Return whether all long words are written large, but for what French has before them."""
    long = [word.partition("'")[2] or word for word in words.split() if len(word) > 3]
    return bool(words) and all(not word[0].islower() for word in long or [words])


def _is_label(words: str) -> bool:
    """Return whether words may name something: few, no sentence, no number, no place."""
    return (
        len(words.split()) <= _LABEL_MAX
        and len(words) >= (3 if words.isascii() else 2)
        and not any(map(str.isdigit, words))
        and words[-1] not in ".!?:,"
        and not any(is_country(part) for part in words.split(","))
        and words.partition(",")[0].casefold() not in CITIES
        and words.split()[0].casefold() not in FIRST_WORDS
    )
