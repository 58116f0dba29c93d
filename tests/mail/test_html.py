"""HTML as a person sees it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.mail.html import read_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e", "- a\n- b\n  - c\n- d\n\ne"),
        ("<ol><li>x</li><li>y</li></ol>z", "1. x\n2. y\n\nz"),
        ("<li>a", "- a"),
        ("a<hr>b", "a\n---\nb"),
        ("<h1>a</h1>b", "a\n\nb"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b", "a\n\nb"),
        ("<p style='margin:0'>a</p><p style='margin: 0px auto'>b", "a\nb"),
        ("<p style='margin:0 0 16px'>a</p><p style='margin:0 0 16px'>b", "a\n\nb"),
        ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
        ("<p>Hi</p><blockquote><p>a</p><p>b</p></blockquote>c", "Hi\n\n> a\n>\n> b\n\nc"),
        ("-- <br>Ada", "-- \nAda"),
        ("--<br>Ada", "--\nAda"),
        ("<tr><td>a<td>b<tr><td><p>c</p></td><td><p>d</p><p>e</p>", "a b\nc d\n\ne"),
        ("<tr><td><p>a</p><p>b</p></td><td>c", "a\n\nb\n\nc"),
        ("<tr><td></td><td>a</td><td>&nbsp;</td>", "a"),
        ("<td style='display:none'>a<table><tr><td>b</table></td><td>c", "c"),
        ("<tr style='display:none'><td>a<td>b</tr><tr><td>c", "c"),
        ("<div hidden><div>a</div>b</div>c", "c"),
        ("<li style='display:none'>a<li>b", "- b"),
        ("<span style='opacity:0'>a</span><span style='opacity:0.5'>b</span>", "b"),
        ("<div style='max-height:0px;overflow:hidden'>a</div>b", "b"),
        ("<div style='DISPLAY : NONE'>a</div>b", "b"),
        ("<div style='display:&#110;one'>a</div>b", "b"),
        ("<p style='display:none'>a<div>b</div>", "b"),
        ("<a title='>' href=x>y</a>z", "yz"),
        ('<a title=">text', "text"),
        ("<tr><td>a</td><td></td></tr><tr><td>b</td><td></td></tr>c", "a\nb\nc"),
        ("<tr><td>a</td><td><p></p></td></tr></table><p>b", "a\n\nb"),
        ("<table><tr><td>a<td><table><tr><td>b<td>c</table></table>d", "a\nb c\nd"),
        ("<a b=c'd>e", "e"),
        ("1 < 2 > 3 <3", "1 < 2 > 3 <3"),
        ("a</b ignored>c", "ac"),
        ("<!-->a<!--->b<!-- - -- c -->d<!x>e<?x>f</ x>g", "abdefg"),
        ("<style>a</style >b<script/>c", "bc"),
        ("<svg><text>a</text></svg>b", "b"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("\N{MAN}\u200d\N{WOMAN}", "\N{MAN}\u200d\N{WOMAN}"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("<img alt='a  b'><img><img alt=c>", "a b\nc"),
        ("<img alt=a>b", "b"),
    ],
)
def test_text_stands_where_a_reader_sees_it(html: str, text: str) -> None:
    assert read_html(html).text == text


def test_links_are_given_as_they_are_written_but_for_those_that_are_hidden() -> None:
    page = read_html("<A HREF='a&amp;b'>1</A><p hidden><a href=c>2</a></p><a name=d>3</a>")
    assert page.links == ["a&b"]


PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<td>", "<tr>", "<table>", "</table>", "<li>", "<ul>", "</ul>", "<pre>"),
        *(
            "<blockquote>",
            "</blockquote>",
            "<br>",
            "x",
            " ",
            "\n",
            "&nbsp;",
            "<p hidden>",
            "</pre>",
        ),
        *("<td hidden>", "<div style='display:none'>", "</div>", "<!--", "-->", "<", ">", "'", '"'),
        *("<a href=", "&#", "&amp", ";", "=", "<script>", "</script>", "<img alt=y>", "</", "\r"),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text())
def test_any_text_is_read_into_lines_without_spaces_at_their_ends(html: str) -> None:
    for line in read_html(html).text.split("\n"):
        assert line == line.rstrip() or line.endswith("-- ")


SHOWN = st.sampled_from(
    [
        *("p", "/p", "td", "/td", "tr", "/tr", "table", "/table", "li", "/li", "ul", "/ul", "ol"),
        *("pre", "/pre", "blockquote", "/blockquote", "br", "hr", "div", "/div", "b", "/b", "h1"),
        *("p class=Mso", "p style='margin:0'", "img alt=x", "a href=x", "/a", "th", "!-- x --"),
    ]
)
SPACES = st.sampled_from(["", " ", "&nbsp;", "\n", "\u200b"])


@given(st.lists(st.tuples(SHOWN, SPACES, st.booleans()), max_size=30))
def test_every_word_is_shown_once_and_in_order(tags: list[tuple[str, str, bool]]) -> None:
    words = [f"w{number}." for number in range(len(tags))]
    html = "".join(
        f"<{tag}>{space}{word if is_there else ''}"
        for (tag, space, is_there), word in zip(tags, words, strict=True)
    )
    wanted = [word for (_, _, is_there), word in zip(tags, words, strict=True) if is_there]
    shown = re.findall(r"w\d+\.", read_html(html).text)
    assert shown == wanted
