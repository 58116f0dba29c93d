"""From the source of a message to the facts that its sender's signature states of them."""

from mailctl.domain.addresses import Person
from mailctl.domain.facts import Findings
from mailctl.enrich.letters import read_letter
from mailctl.enrich.own_facts import facts_of
from mailctl.enrich.persons import Match
from mailctl.enrich.quotes import own_lines
from mailctl.enrich.regions import language_of
from mailctl.enrich.signatures import find_signature

_NOBODY = Person("", "")


def read_signature(source: bytes, *, region: str | None = None) -> Findings:
    """Return what the sender's own, latest signature says. Never raises.

    Quoted and forwarded mail, footers and disclaimers are not looked at. Nothing is taken from a
    signature that names somebody other than From. Numbers without a country code are of the
    country that text and domain speak of, else of `region` (DE, US).
    """
    letter = read_letter(source)
    sender = letter.sender or _NOBODY
    if letter.refusal:
        return _nothing(sender, letter.refusal)
    own = own_lines(letter.lines)
    signature = find_signature(own, sender)
    if signature is None:
        return _nothing(sender, "no signature was found")
    texts = tuple(line.shown for line in signature.lines)
    if signature.match is Match.OTHER:
        return _nothing(sender, f"the signature is of {signature.name}, not of the sender", texts)
    language = signature.language or language_of("\n".join(line.text for line in own))
    facts = tuple(facts_of(signature, sender, language=language, region=region))
    return Findings(sender.name, sender.address, facts, texts, signature.how)


def _nothing(sender: Person, reason: str, texts: tuple[str, ...] = ()) -> Findings:
    return Findings(sender.name, sender.address, (), texts, reason)
