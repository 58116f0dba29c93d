"""Links that read like an address and lead to another one."""

import time

import pytest

from mailctl.mail.misleading_links import FOUND_MAX, misleading_links


def found(html: str) -> list[tuple[str, str]]:
    source = f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}"
    return list(misleading_links(source.encode()))


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://evil.example/x">https://bank.example/login</a>',
        "<A HREF=https://evil.example>\n <b>https://</b>bank.example</A>",
        '<a href="https://bank.example@evil.example/">https://bank.example</a>',
        '<a href="https://evil.example">https://www.BANK.example',
        '<a href="https://evil.example"><a href="https://evil.example">http://bank.example/</a>',
    ],
)
def test_a_link_that_shows_another_host_is_found(html: str) -> None:
    ((shown, target),) = found(html)
    assert (shown.removeprefix("www."), target) == ("bank.example", "evil.example")


@pytest.mark.parametrize(
    "html",
    [
        "",
        '<a href="https://bank.example/x">https://www.bank.example</a>',
        '<a href="https://click.bank.example/x">https://bank.example</a>',
        '<a href="https://evil.example">click here</a>',
        '<a href="https://evil.example">invoice.pdf</a>',
        '<a href="mailto:a@evil.example">https://bank.example</a>',
        '<a name="x">https://bank.example</a>',
        '<a href="#x">https://bank.example</a> <a href="https://evil.example">here</a>',
        "https://bank.example",
    ],
)
def test_any_other_link_is_none(html: str) -> None:
    assert found(html) == []


def test_each_pair_is_told_once_and_not_too_many_are() -> None:
    link = '<a href="https://evil.example">https://bank{}.example</a>'
    assert len(found(link * 50)) == 1
    assert len(found("".join(link.format(number) for number in range(500)))) == FOUND_MAX


def test_a_link_without_an_end_takes_no_time() -> None:
    began = time.process_time()
    found('<a href="https://evil.example">' + "https://bank.example <b>" * 100_000)
    assert time.process_time() - began < 5
