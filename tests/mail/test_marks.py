"""What a header gives away about its sender."""

import pytest

from mailctl.mail.marks import marks


def of(sender: str | None = "ben@example.org", **fields: str) -> frozenset[str]:
    values = {name.replace("_", "-"): value for name, value in fields.items()}
    return marks(lambda name: values.get(name, ""), sender)


@pytest.mark.parametrize(
    ("fields", "marks"),
    [
        ({"list_unsubscribe": "<mailto:x@example.org>"}, {"bulk"}),
        ({"precedence": " Bulk "}, {"bulk"}),
        ({"precedence": "junk"}, {"bulk"}),
        ({"list_id": "<x.example.org>"}, {"bulk", "list"}),
        ({"precedence": "list"}, {"bulk", "list"}),
        ({"list_post": "<mailto:x@example.org>"}, {"list"}),
        ({"auto_submitted": "auto-replied; owner-email=x@example.org"}, {"bulk", "automatic"}),
        ({"precedence": "auto_reply"}, {"automatic"}),
        ({"x_autoreply": "yes"}, {"automatic"}),
    ],
)
def test_mail_for_many_and_of_machines_is_marked(fields: dict[str, str], marks: set[str]) -> None:
    assert of(**fields) == marks


@pytest.mark.parametrize(
    "fields", [{}, {"precedence": "first-class"}, {"auto_submitted": "No"}, {"auto_submitted": ""}]
)
def test_mail_of_a_person_has_no_marks(fields: dict[str, str]) -> None:
    assert of(**fields) == frozenset()


@pytest.mark.parametrize(
    "sender",
    [
        *("no-reply@x.example", "NoReply@x.example", "no_reply+123@x.example"),
        *("do-not-reply@x.example", "donotreply@x.example", "noreply-accounts@x.example"),
        *("MAILER-DAEMON@x.example", "bounce+a=b@x.example", "never.reply@x.example"),
    ],
)
def test_a_sender_who_reads_no_answers_is_marked(sender: str) -> None:
    assert of(sender) == {"no-reply"}


@pytest.mark.parametrize(
    "sender", ["noemi@x.example", "reply@x.example", "norbert.reply@x.example", None, ""]
)
def test_other_senders_are_not(sender: str | None) -> None:
    assert of(sender) == frozenset()
