"""What delivery reports say."""

import pytest

from mailctl.domain.content import Delivery, DeliveryReport
from mailctl.mail.content import read_content
from tests.mail.nasty.kind_cases import RETURNED, STATUS
from tests.mail.nasty.table import parts


def report(*bodies: bytes) -> DeliveryReport | None:
    return read_content(parts(*bodies, kind=b"report")).report


def test_each_recipient_is_told_with_the_server_s_words() -> None:
    assert report(b"\r\nSorry", STATUS, RETURNED) == DeliveryReport(
        "sent@x.example",
        (
            Delivery("no@x.example", "failed", "5.1.1", "550 5.1.1 no such user"),
            Delivery("late@x.example", "delayed", "4.4.1", ""),
        ),
    )


@pytest.mark.parametrize(
    "returned",
    [
        b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <sent@x.example>\r\n\r\nbody",
        (
            b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            b"TWVzc2FnZS1JRDogPHNlbnRAeC5leGFtcGxlPg0K"
        ),
    ],
)
def test_the_mail_it_is_about_is_named_by_what_came_back(returned: bytes) -> None:
    found = report(STATUS, returned)
    assert found is not None
    assert found.message_id == "sent@x.example"


def test_a_report_without_the_mail_names_none() -> None:
    found = report(STATUS)
    assert found is not None
    assert found.message_id is None


def test_a_forwarded_mail_is_no_report() -> None:
    assert report(b"\r\nHi", b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n") is None


def test_an_address_of_another_kind_and_in_brackets_is_taken_as_it_is() -> None:
    status = STATUS.replace(b"rfc822; no@x.example", b"RFC822;<no@x.example>")
    found = report(status.replace(b"rfc822;late@", b"x400; late@"))
    assert found is not None
    assert [each.recipient for each in found.deliveries] == ["no@x.example", "late@x.example"]
