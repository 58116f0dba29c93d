"""Pictures in HTML: parts of their own, named so that any reader finds them."""

import re
import time
from dataclasses import replace
from email import policy
from email.parser import BytesParser
from html import escape
from typing import Any
from urllib.parse import quote

import pytest

from mailctl.domain.drafts import DraftFile
from mailctl.errors import BadUsage
from mailctl.mail.compose import compose
from mailctl.mail.inline_images import with_parts_for_images
from tests.mail.test_compose import DRAFT, LINE_ENDS

DATA = "data:image/png;base64,iVBORw0KGgo="
PNG = b"\x89PNG\r\n\x1a\n"


def picture(html: str, name: str = "") -> tuple[str, Any]:
    """Return the HTML and the one picture as the standard library reads them."""
    files = (DraftFile(name, "image/png", PNG, name),) if name else ()
    source = compose(replace(DRAFT, html=html, files=files)).source
    message: Any = BytesParser(policy=policy.default).parsebytes(source)
    shown, image = message.get_body(("related",)).iter_parts()
    return shown.get_content(), image


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f'<img src="{DATA}">', '<img src="{}">'),
        (f"<IMG SRC = '{DATA}' alt=x>", "<IMG SRC = '{}' alt=x>"),
        (f"<img src={DATA}>", "<img src={}>"),
        (f"<img src={DATA} wide alt=x>", "<img src={} wide alt=x>"),
        ('<img src="data:image/png;base64,iVBO\n  Rw0K\n  Ggo=">', '<img src="{}">'),
        (f'<img src="{DATA.upper().replace("IVBORW0KGGO", "iVBORw0KGgo")}">', '<img src="{}">'),
    ],
)
def test_a_picture_in_the_html_is_a_part(before: str, after: str) -> None:
    html, image = picture(f"<p>{before}</p>")
    assert image.get_content() == PNG
    assert html.strip() == f"<p>{after.format('cid:' + image['content-id'].strip('<>'))}</p>"


@pytest.mark.parametrize(
    "html",
    [
        '<img src="data:image/png;base64,not base64!">',
        '<img src="data:image/png;base64,AAA">',
        "<img src=\"data:image/png;base64,AAAA'>",
        '<img src="data:text/html;base64,AAAA">',
        '<img src="https://x.example/a.png">',
        f"<p>{DATA}</p>",
    ],
)
def test_what_is_no_picture_stays(html: str) -> None:
    assert with_parts_for_images(html) == (html, [])


def test_a_type_that_is_often_written_wrong_is_mended() -> None:
    _, (image,) = with_parts_for_images('<img src="data:image/jpg;base64,/9j/">')
    assert (image.media_type, image.name) == ("image/jpeg", "image1.jpeg")


def test_a_thousand_pictures_take_no_time() -> None:
    began = time.process_time()
    html, found = with_parts_for_images(f'<img src="{DATA}">' * 1000 + "src=" * 100_000)
    assert len(found) == 1
    assert html.count("cid:") == 1000
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "name",
    ["logo.png", "mein Bild.png", "größe 50%.png", 'a"b&<c>.png', "x" * 200 + ".png", "标志"],
)
@pytest.mark.parametrize("spelling", [str, escape, quote], ids=["plain", "escaped", "quoted"])
def test_a_picture_of_any_name_is_found_by_its_content_id(name: str, spelling: Any) -> None:
    if spelling is str and '"' in name:
        return  # that would end the attribute
    html, image = picture(f'<img src="cid:{spelling(name)}">', name)
    (named,) = re.findall(r'src="cid:([^"]*)"', html)
    if name == "logo.png":
        assert named == name
    assert image["content-id"] == f"<{named}>"
    assert re.fullmatch(r"[!-;=?-~]+", named)
    assert image.get_content_disposition() == "inline"


def test_two_pictures_of_one_name_are_refused() -> None:
    files = (DraftFile("a.png", "", PNG, "a.png"), DraftFile("a.png", "", b"x", "a.png"))
    with pytest.raises(BadUsage):
        compose(replace(DRAFT, html="<p>x</p>", files=files))


@pytest.mark.parametrize("character", LINE_ENDS, ids=ascii)
def test_a_content_id_holds_no_line_end(character: str) -> None:
    file = DraftFile("a.png", "image/png", PNG, f"a{character}Bcc: evil@x.example")
    with pytest.raises(BadUsage):
        compose(replace(DRAFT, html="<p>x</p>", files=(file,)))
