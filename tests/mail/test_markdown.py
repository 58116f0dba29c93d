"""Markdown as HTML: what it means, and nothing that runs."""

import time

import pytest

from mailctl.mail.markdown import html_of_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A", "<h1>A</h1>"),
        ("*a* **b** ~~c~~ `d`", "<em>a</em> <strong>b</strong> <s>c</s> <code>d</code>"),
        ("- a\n- b", "<li>a</li>\n<li>b</li>"),
        ("|a|b|\n|-|-|\n|1|2|", "<td>1</td>"),
        ("[a](https://x.example/?a=1&b=2)", '<a href="https://x.example/?a=1&amp;b=2">a</a>'),
        ("![a](cid:logo.png)", '<img src="cid:logo.png" alt="a" />'),
        ("> q", "<blockquote>"),
    ],
)
def test_what_is_written_is_shown(text: str, html: str) -> None:
    assert html in html_of_markdown(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html;base64,AAAA)",
        '[a](https://x.example "\\" onclick=alert(1) \\"")',
        "<javascript:alert(1)>",
        '```a"><script>\nx\n```',
    ],
)
def test_nothing_that_runs_comes_of_it(text: str) -> None:
    html = html_of_markdown(text)
    assert "<script" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html.lower()
    assert 'href="data:text' not in html.lower()
    assert '" onclick' not in html


@pytest.mark.parametrize(
    "unit", ["[", "![", "*a ", "> ", "- ", "`", "~~", "|a", "<a ", "[a](", "&#", "\\", "***a"]
)
def test_no_text_takes_long(unit: str) -> None:
    began = time.process_time()
    html_of_markdown(unit * 20_000)
    assert time.process_time() - began < 20
