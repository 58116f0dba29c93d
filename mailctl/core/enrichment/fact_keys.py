"""What is compared of facts: the same statement in any notation has one key."""

from mailctl.core.contacts.options import option
from mailctl.domain.contacts import OptionKind
from mailctl.domain.facts import Fact, FactField
from mailctl.errors import BadUsage

_OPTIONS = {each.value: each for each in OptionKind}


def key_of_fact(fact: Fact) -> str:
    """Return what is compared of a fact; nothing where no contact could have it."""
    kind = _OPTIONS.get(fact.field)
    if kind is None:
        return comparable(fact.field, fact.value)
    try:
        return option(kind, fact.value).key
    except BadUsage:
        return ""


def comparable(field: FactField, text: str) -> str:
    """Return a text without case and blanks, the words of a name in any order."""
    words = text.casefold().replace(",", " ").split()
    return " ".join(sorted(words) if field is FactField.NAME else words)
