"""What a server says at each step of submission, and what comes of it."""

from collections.abc import Callable

import pytest

from mailctl.errors import (
    DeliveryUncertain,
    MailctlError,
    MailTooLarge,
    ServerBusy,
    ServerRefused,
    Unreachable,
)
from mailctl.ports.mail import Receipt
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.protocols.submissions import ADA, BEN, CY, MAIL, sending, sent, submission_login
from tests.rig.faults import Talk, serving
from tests.rig.submission import EXTENSIONS, Answer, Odd, Submission, Taken

BUSY = b"451 4.3.0 try again later"
NO = b"554 5.7.1 not from you"
BYE = b"421 4.3.2 closing"
ALONE = tuple(each for each in EXTENSIONS if each != b"PIPELINING")
ENDLESS = b"2" + b"5" * 100_000

# (step, answer, what is raised, whether another mail may follow)
FAILING: list[tuple[str, Answer, type[MailctlError], bool]] = [
    ("MAIL", BUSY, ServerBusy, True),
    ("MAIL", NO, ServerRefused, True),
    ("MAIL", b"552 5.3.4 too large", MailTooLarge, True),
    ("MAIL", b"550 5.4.5 Daily user sending limit exceeded", ServerBusy, True),
    ("MAIL", BYE, ServerBusy, False),
    ("MAIL", b"354 go on", Unreachable, False),
    ("MAIL", b"hello", Unreachable, False),
    ("MAIL", b"", Unreachable, False),
    ("MAIL", ENDLESS, Unreachable, False),
    ("MAIL", Odd.CLOSE, Unreachable, False),
    ("MAIL", Odd.SILENT, Unreachable, False),
    ("RCPT", BYE, ServerBusy, False),
    ("RCPT", b"354 go on", Unreachable, False),
    ("RCPT", b"220 hello", Unreachable, False),
    ("RCPT", b"nonsense", Unreachable, False),
    ("RCPT", Odd.CLOSE, Unreachable, False),
    ("RCPT", Odd.SILENT, Unreachable, False),
    ("DATA", BUSY, ServerBusy, True),
    ("DATA", NO, ServerRefused, True),
    ("DATA", BYE, ServerBusy, False),
    ("DATA", b"250 ok", Unreachable, False),
    ("DATA", b"\xff\xfe", Unreachable, False),
    ("DATA", Odd.CLOSE, Unreachable, False),
    ("DATA", Odd.SILENT, Unreachable, False),
    (".", BUSY, ServerBusy, True),
    (".", NO, ServerRefused, True),
    (".", b"552 5.3.4 too large", MailTooLarge, True),
    (".", BYE, ServerBusy, False),
    (".", b"354 go on", DeliveryUncertain, False),
    (".", b"220 hello", DeliveryUncertain, False),
    (".", b"nonsense", DeliveryUncertain, False),
    (".", ENDLESS, DeliveryUncertain, False),
    (".", Odd.CLOSE, DeliveryUncertain, False),
    (".", Odd.SILENT, DeliveryUncertain, False),
    (".", Odd.TAKE_AND_CLOSE, DeliveryUncertain, False),
    (".", Odd.TAKE_AND_SAY_NOTHING, DeliveryUncertain, False),
]


@pytest.mark.parametrize("extensions", [EXTENSIONS, ALONE], ids=["at once", "one by one"])
@pytest.mark.parametrize(("step", "answer", "expected", "is_open"), FAILING)
def test_each_failure_of_a_mail_is_what_it_is(
    step: str,
    answer: Answer,
    expected: type[MailctlError],
    *,
    is_open: bool,
    extensions: tuple[bytes, ...],
) -> None:
    server = Submission({step: answer}, extensions=extensions)
    handed_over: list[Receipt] = []
    with sending(server) as sender:
        with pytest.raises(MailctlError) as caught:
            sent(sender, on_handing_over=handed_over.append)
        assert type(caught.value) is expected
        assert sender.is_open == is_open
    assert bool(handed_over) == (step == ".")
    is_taken = answer in {Odd.TAKE_AND_CLOSE, Odd.TAKE_AND_SAY_NOTHING}
    assert bool(server.mails) == is_taken


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("answer", [BUSY, NO])
def test_after_a_refusal_the_next_mail_goes_over_the_same_connection(
    step: str, answer: bytes
) -> None:
    usual = {"MAIL": b"250 ok", "RCPT": b"250 ok", "DATA": b"354 go on", ".": b"250 ok"}
    server = Submission({step: [answer, usual[step]]})
    with sending(server) as sender:
        if step == "RCPT":
            assert sent(sender).accepted == ()
        else:
            with pytest.raises(MailctlError):
                sent(sender)
        assert sent(sender, CY).accepted == (CY,)
    assert [(mail.recipients, mail.octets) for mail in server.mails] == [((CY,), MAIL)]
    assert server.connections == 1


@pytest.mark.parametrize("answer", [NO, b"nonsense", BYE, Odd.CLOSE, Odd.SILENT])
def test_a_mail_that_cannot_be_reset_ends_the_connection(answer: Answer) -> None:
    with sending(Submission({"MAIL": NO, "RSET": answer})) as sender:
        with pytest.raises(ServerRefused):
            sent(sender)
        assert not sender.is_open
        with pytest.raises(Unreachable):
            sent(sender)


@pytest.mark.parametrize("answer", [NO, b"nonsense", BYE, Odd.CLOSE, Odd.SILENT])
def test_a_goodbye_that_is_not_answered_loses_nothing(answer: Answer) -> None:
    server = Submission({"QUIT": answer})
    with sending(server) as sender:
        assert sent(sender).accepted == (BEN,)
    assert len(server.mails) == 1


@pytest.mark.parametrize("extensions", [EXTENSIONS, ALONE], ids=["at once", "one by one"])
def test_recipients_are_kept_apart(extensions: tuple[bytes, ...]) -> None:
    server = Submission(
        {
            "RCPT gone@x.example": b"550 5.1.1 no such user",
            "RCPT full@x.example": b"552 5.2.2 mailbox full",
            "RCPT grey@x.example": b"450 4.7.1 greylisted",
        },
        extensions=extensions,
    )
    handed_over: list[Receipt] = []
    with sending(server) as sender:
        receipt = sent(
            sender,
            *("gone@x.example", BEN, "full@x.example", "grey@x.example", CY),
            on_handing_over=handed_over.append,
        )
    assert handed_over == [receipt]
    assert receipt.accepted == (BEN, CY)
    assert {address: type(error) for address, error in receipt.refused.items()} == {
        "gone@x.example": ServerRefused,
        "full@x.example": ServerRefused,
        "grey@x.example": ServerBusy,
    }
    assert "make room" in str(receipt.refused["full@x.example"].hint)
    assert "greylisting" in str(receipt.refused["grey@x.example"].hint)
    assert server.mails == [Taken(ADA, (BEN, CY), MAIL)]


def test_where_nobody_is_accepted_no_data_is_sent() -> None:
    server = Submission({"RCPT": b"550 5.1.1 no such user"})
    with sending(server) as sender:
        receipt = sent(sender, BEN, CY)
        assert sender.is_open
    assert (receipt.accepted, set(receipt.refused)) == ((), {BEN, CY})
    verbs = [line.split(b" ")[0] for line in server.heard]
    assert b"DATA" not in verbs
    assert [verb.upper() for verb in verbs[-2:]] == [b"RSET", b"QUIT"]


def test_answers_to_five_hundred_recipients_are_counted_exactly() -> None:
    refused = {f"RCPT u{n}@x.example": b"550 5.1.1 no" for n in range(0, 500, 7)}
    server = Submission(refused)
    everybody = [f"u{n}@x.example" for n in range(500)]
    with sending(server) as sender:
        receipt = sent(sender, *everybody)
    assert set(receipt.refused) == set(everybody[::7])
    (mail,) = server.mails
    assert (
        mail.recipients
        == receipt.accepted
        == tuple(a for a in everybody if a not in receipt.refused)
    )


def test_an_answer_of_many_lines_is_one_answer() -> None:
    many = b"250-2.1.5 one\r\n250-2.1.5 two\r\n250 2.1.5 three"
    server = Submission({"RCPT": many, "MAIL": many, ".": many})
    with sending(server) as sender:
        assert sent(sender, BEN, CY).accepted == (BEN, CY)


def test_lines_of_an_answer_without_end_are_not_read_for_ever() -> None:
    without_end = b"\r\n".join([b"250-more"] * 500_000)
    with sending(Submission({"RCPT": without_end})) as sender:
        with pytest.raises(MailctlError):
            sent(sender)
        assert not sender.is_open


def test_what_the_server_says_reaches_nobody_raw() -> None:
    server = Submission({"MAIL": b"550 5.7.1 \x1b[31mno\x07 a password"})
    with sending(server) as sender, pytest.raises(ServerRefused) as caught:
        sent(sender)
    assert "\x1b" not in caught.value.sentence
    assert "a password" not in caught.value.sentence


def test_a_mail_that_is_not_to_be_handed_over_is_not() -> None:
    class Stopped(Exception):
        pass

    def stop(receipt: Receipt) -> None:
        raise Stopped

    server = Submission()
    with sending(server) as sender:
        with pytest.raises(Stopped):
            sent(sender, on_handing_over=stop)
        assert not sender.is_open
    assert server.mails == []


def test_who_dies_before_the_end_of_the_data_has_sent_nothing() -> None:
    at_the_end: list[int] = []
    server = Submission()
    with sending(server) as sender:
        sent(sender, on_handing_over=lambda receipt: at_the_end.append(len(server.mails)))
    assert (at_the_end, len(server.mails)) == ([0], 1)


def unasked(answer: bytes, *, after_bytes: int | None = None) -> Callable[[Talk], None]:
    """Speak SMTP, and say this before the data has ended: at once, or after so many bytes."""

    def script(talk: Talk) -> None:
        answers = {b"EHLO": b"250-me\r\n250 AUTH PLAIN", b"AUTH": b"235 ok"}
        talk.say(b"220 ready")
        while line := talk.hear():
            verb = line.split()[0].upper()
            if verb != b"DATA":
                talk.say(answers.get(verb, b"250 ok"))
            elif after_bytes is None:
                talk.say(b"354 go on\r\n" + answer)
                while talk.hear_octets() not in {b".\r\n", b""}:
                    pass
            else:
                talk.say(b"354 go on")
                talk.hear_exactly(after_bytes)
                talk.say(answer)
                return

    return script


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"250 2.0.0 taken", Unreachable),
        (b"354 go on", Unreachable),
        (b"nonsense", Unreachable),
        (b"451 4.3.0 later", ServerBusy),
        (b"421 4.4.2 too slow", ServerBusy),
        (b"552 5.3.4 too large", MailTooLarge),
    ],
)
@pytest.mark.parametrize("after_bytes", [None, 100_000])
def test_an_answer_before_the_end_of_the_data_never_means_that_it_was_taken(
    answer: bytes, expected: type[MailctlError], after_bytes: int | None
) -> None:
    handed_over: list[Receipt] = []
    large = MAIL + (b"x" * 70 + b"\r\n") * 300_000
    with serving(unasked(answer, after_bytes=after_bytes)) as port:
        access = NetworkMailAccess(Network(exchange_s=5))
        with access.sender(submission_login(port, timeout_s=2)) as sender:
            with pytest.raises(MailctlError) as caught:
                sent(sender, source=large, on_handing_over=handed_over.append)
            assert not sender.is_open
    assert (type(caught.value), handed_over) == (expected, [])
