"""Where the sender's own words end, whatever program and language quotes."""

import pytest

from mailctl.enrich.letters import read_letter
from mailctl.enrich.quotes import own_lines
from tests.enrich.labelled import others
from tests.enrich.shapes import ATTRIBUTIONS, FORWARDS, HEADERS

HEAD = "From: Ada Byron <ada@byron.example>\nContent-Type: {}; charset=utf-8\n\n"
OWN = "my own words"


def own_text(body: str, kind: str = "text/plain") -> str:
    letter = read_letter((HEAD.format(kind) + body).encode())
    return "\n".join(line.text for line in own_lines(letter.lines) if line.text).strip()


@pytest.mark.parametrize(
    ("language", "way"),
    [(lang, way) for lang, ways in ATTRIBUTIONS.items() for way in ways if way[0] != ">"],
)
@pytest.mark.parametrize("mark", ["> ", ""], ids=["quoted", "bare"])
def test_what_somebody_wrote_before_is_not_own(language: str, way: str, mark: str) -> None:
    other = others()[language]
    quoted = "\n".join(mark + line for line in other.text.split("\n"))
    said = way.format(name=other.name, address=other.address)
    assert own_text(f"{OWN}\n\n{said}\n{quoted}\n") == OWN


@pytest.mark.parametrize("language", ATTRIBUTIONS)
def test_own_words_below_a_quote_are_own(language: str) -> None:
    other = others()[language]
    said = ATTRIBUTIONS[language][0].format(name=other.name, address=other.address)
    assert own_text(f"{said}\n> {other.words}\n> --\n> {other.name}\n\n{OWN}\n") == OWN


@pytest.mark.parametrize(("language", "names"), HEADERS.items())
def test_a_header_of_another_mail_ends_the_own_words(language: str, names: tuple[str, ...]) -> None:
    sender, sent, to, subject = names
    header = f"{sender}: Bob <bob@x.example>\n{sent}: 1.2.2026\n{to}: Ada\n{subject}: Re"
    assert own_text(f"{OWN}\n\n{header}\n\n{others()[language].text}") == OWN


@pytest.mark.parametrize(
    "mark", [*FORWARDS.values(), "-----Original Message-----", "Begin forwarded message:"]
)
def test_what_is_passed_on_is_not_own(mark: str) -> None:
    assert own_text(f"{OWN}\n\n{mark}\nsomething else") == OWN


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote">On Monday X wrote:<div>theirs</div></div>',
        '<blockquote type="cite"><div>theirs</div></blockquote>',
        '<div class="moz-cite-prefix">X wrote:</div><blockquote><p>theirs</p></blockquote>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: X</div><div>theirs</div>',
        '<div class="yahoo_quoted"><div>theirs</div></div>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>From: X</p></div><p>theirs</p>',
        '<div>-- On Mon X wrote --</div><blockquote class="zmail_extra">theirs</blockquote>',
    ],
)
def test_a_quote_in_html_is_not_own(quote: str) -> None:
    assert "theirs" not in own_text(f"<div>{OWN}</div>{quote}", "text/html")
    assert OWN in own_text(f"<div>{OWN}</div>{quote}", "text/html")


def test_own_words_below_a_quote_in_html_are_own() -> None:
    page = f'<blockquote type="cite"><div><div>theirs</div></div></blockquote><p>{OWN}</p>'
    assert own_text(page, "text/html") == OWN


def test_text_that_is_just_set_in_is_own() -> None:
    page = f'<blockquote style="margin:0 0 0 40px;border:none"><p>{OWN}</p></blockquote>'
    assert OWN in own_text(page, "text/html")


def test_a_sentence_that_says_wrote_is_no_quote() -> None:
    assert own_text("As I wrote:\nthe price is 5.\nFrom: here to there.") != ""
    assert "From: here" in own_text("The way goes\nFrom: here to there.\nand on")
