"""Whatever a submission service answers at whatever step: the state, the exit code, the hint."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.rig.submission import EXTENSIONS, Answer, Odd, Submission

BEN, CY = "ben@x.example", "cy@x.example"
Serve = Callable[..., Submission]

OK, PARTIAL, AUTHORISATION = ExitCode.OK, ExitCode.PARTIAL, ExitCode.AUTHORISATION
TEMPORARY, REFUSED = ExitCode.TEMPORARY, ExitCode.REFUSED

# step -> answer -> state, exit code, how many mails the server has
TABLE: dict[tuple[str, Answer], tuple[str, ExitCode, int]] = {
    ("greeting", b"421 4.3.2 busy"): ("deferred", TEMPORARY, 0),
    ("greeting", b"554 5.3.2 go away"): ("deferred", TEMPORARY, 0),
    ("greeting", b"* OK IMAP ready"): ("deferred", TEMPORARY, 0),
    ("greeting", Odd.CLOSE): ("deferred", TEMPORARY, 0),
    ("greeting", Odd.SILENT): ("deferred", TEMPORARY, 0),
    ("EHLO", b"421 4.3.2 busy"): ("deferred", TEMPORARY, 0),
    ("EHLO", Odd.CLOSE): ("deferred", TEMPORARY, 0),
    ("EHLO", Odd.SILENT): ("deferred", TEMPORARY, 0),
    ("AUTH", b"535 5.7.8 wrong password"): ("deferred", AUTHORISATION, 0),
    ("AUTH", b"454 4.7.0 try later"): ("deferred", TEMPORARY, 0),
    ("AUTH", b"421 4.7.0 too many"): ("deferred", TEMPORARY, 0),
    ("AUTH", Odd.CLOSE): ("deferred", TEMPORARY, 0),
    ("AUTH", Odd.SILENT): ("deferred", TEMPORARY, 0),
    ("MAIL", b"451 4.3.0 later"): ("deferred", TEMPORARY, 0),
    ("MAIL", b"452 4.2.2 full"): ("deferred", TEMPORARY, 0),
    ("MAIL", b"550 5.7.60 not your address"): ("failed", REFUSED, 0),
    ("MAIL", b"553 5.7.1 not yours"): ("failed", REFUSED, 0),
    ("MAIL", b"421 4.3.2 bye"): ("deferred", TEMPORARY, 0),
    ("MAIL", b"354 go on"): ("deferred", TEMPORARY, 0),
    ("MAIL", b"nonsense"): ("deferred", TEMPORARY, 0),
    ("MAIL", Odd.CLOSE): ("deferred", TEMPORARY, 0),
    ("MAIL", Odd.SILENT): ("deferred", TEMPORARY, 0),
    ("RCPT", b"450 4.7.1 greylisted"): ("deferred", TEMPORARY, 0),
    ("RCPT", b"452 4.5.3 too many recipients"): ("deferred", TEMPORARY, 0),
    ("RCPT", b"550 5.1.1 no such user"): ("failed", REFUSED, 0),
    ("RCPT", b"552 5.2.2 mailbox full"): ("failed", REFUSED, 0),
    ("RCPT", b"421 4.3.2 bye"): ("deferred", TEMPORARY, 0),
    ("RCPT", b"354 go on"): ("deferred", TEMPORARY, 0),
    ("RCPT", b"nonsense"): ("deferred", TEMPORARY, 0),
    ("RCPT", Odd.CLOSE): ("deferred", TEMPORARY, 0),
    ("RCPT", Odd.SILENT): ("deferred", TEMPORARY, 0),
    (f"RCPT {CY}", b"550 5.1.1 no such user"): ("failed", PARTIAL, 1),
    (f"RCPT {CY}", b"450 4.2.0 later"): ("deferred", PARTIAL, 1),
    ("DATA", b"451 4.3.0 later"): ("deferred", TEMPORARY, 0),
    ("DATA", b"554 5.7.1 no"): ("failed", REFUSED, 0),
    ("DATA", b"421 4.3.2 bye"): ("deferred", TEMPORARY, 0),
    ("DATA", b"250 fine"): ("deferred", TEMPORARY, 0),
    ("DATA", b"nonsense"): ("deferred", TEMPORARY, 0),
    ("DATA", Odd.CLOSE): ("deferred", TEMPORARY, 0),
    ("DATA", Odd.SILENT): ("deferred", TEMPORARY, 0),
    (".", b"451 4.3.0 later"): ("deferred", TEMPORARY, 0),
    (".", b"452 4.3.1 disk full"): ("deferred", TEMPORARY, 0),
    (".", b"554 5.7.1 looks like spam"): ("failed", REFUSED, 0),
    (".", b"552 5.3.4 too large"): ("none", REFUSED, 0),
    (".", b"421 4.3.2 bye"): ("deferred", TEMPORARY, 0),
    (".", b"nonsense"): ("uncertain", TEMPORARY, 0),
    (".", b"354 go on"): ("uncertain", TEMPORARY, 0),
    (".", Odd.CLOSE): ("uncertain", TEMPORARY, 0),
    (".", Odd.SILENT): ("uncertain", TEMPORARY, 0),
    (".", Odd.TAKE_AND_CLOSE): ("uncertain", TEMPORARY, 1),
    (".", Odd.TAKE_AND_SAY_NOTHING): ("uncertain", TEMPORARY, 1),
    ("QUIT", b"500 5.5.1 what?"): ("sent", OK, 1),
    ("QUIT", Odd.CLOSE): ("sent", OK, 1),
    ("QUIT", b"250 fine"): ("sent", OK, 1),
}


@pytest.fixture
def serve(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """A function that starts a server with such answers and connects an account to it."""
    monkeypatch.setenv("PW", "secret")
    monkeypatch.setenv("MAILCTL_DNS", "127.0.0.1:9")
    monkeypatch.setenv("MAILCTL_TIMEOUT", "1")
    with ExitStack() as servers:

        def made(answers: dict[str, Any], **options: Any) -> Submission:
            server = Submission(answers, **options)
            port = servers.enter_context(server.serving())
            ran = run(
                *("provider", "add", "local", "--submission", f"127.0.0.1:{port}"),
                *("--submission-security", "none"),
            )
            assert ran.code == OK, ran.err
            ran = run(
                *("account", "add", "ada@local.example", "--provider", "local", "--no-receive"),
                *("--secret", "env:PW", "--no-verify"),
            )
            assert ran.code == OK, ran.err
            return server

        yield made


def send(run: Run, *words: str) -> Ran:
    return run("send", "--to", BEN, "--to", CY, "--body", "hi", *words, "-o", "json")


def outbox(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("outbox", "list", "--all", "-o", "json").out)
    return found


@pytest.fixture(params=[EXTENSIONS, (b"AUTH PLAIN",)], ids=["pipelined", "bare"])
def extensions(request: pytest.FixtureRequest) -> tuple[bytes, ...]:
    """What the server offers."""
    return tuple(request.param)


@pytest.mark.parametrize(("step", "answer"), TABLE, ids=str)
def test_an_answer_leads_to_a_state_an_exit_code_and_a_hint(
    run: Run,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    extensions: tuple[bytes, ...],
    step: str,
    answer: Answer,
) -> None:
    server = serve({step: answer}, extensions=extensions)
    state, code, mails = TABLE[step, answer]
    ran = send(run)
    assert ran.code == code, ran
    assert "Traceback" not in ran.err
    found = outbox(run)
    assert [each["state"] for each in found] == ([] if state == "none" else [state])
    assert len(server.mails) == mails
    if code != OK:
        error = json.loads(ran.err.splitlines()[-1])["error"]
        assert error["message"]
        assert error["hint"] or state == "failed"
        assert "secret" not in ran.err
    if state == "deferred":
        assert found[0]["next_try_at"]


@pytest.mark.parametrize("answer", [b"450 4.7.1 greylisted", b"451 4.3.0 try later"])
def test_greylisting_succeeds_on_the_retry(run: Run, serve: Serve, answer: bytes) -> None:
    server = serve({"RCPT": [answer, answer, b"250 ok"]})
    assert send(run).code == TEMPORARY
    assert run("outbox", "flush").code == OK  # it is not time yet
    assert server.mails == []
    ran = run("outbox", "flush", "--now", "-o", "json")
    assert ran.code == OK, ran
    (message,) = json.loads(ran.out)
    assert (message["state"], message["attempts"]) == ("sent", 2)
    (taken,) = server.mails
    assert taken.recipients == (BEN, CY)


def test_who_has_got_it_gets_it_no_second_time(run: Run, serve: Serve) -> None:
    server = serve({f"RCPT {CY}": [b"450 4.2.0 later", b"250 ok"]})
    ran = send(run)
    assert ran.code == PARTIAL
    states = {r["address"]: r["state"] for r in json.loads(ran.out)["recipients"]}
    assert states == {BEN: "sent", CY: "deferred"}
    assert run("outbox", "flush", "--now").code == OK
    assert [taken.recipients for taken in server.mails] == [(BEN,), (CY,)]
    assert server.mails[0].octets == server.mails[1].octets


def test_what_is_uncertain_is_never_sent_again_by_itself(run: Run, serve: Serve) -> None:
    server = serve({".": [Odd.TAKE_AND_CLOSE, b"250 ok"]})
    assert send(run).code == TEMPORARY
    for _ in range(3):
        assert run("outbox", "flush", "--now").code == TEMPORARY
    (message,) = outbox(run)
    assert (message["state"], len(server.mails)) == ("uncertain", 1)
    assert run("outbox", "retry", message["id"]).code == TEMPORARY
    assert len(server.mails) == 1
    assert run("outbox", "retry", message["id"], "--again").code == OK
    assert [message["state"] for message in outbox(run)] == ["sent"]
    assert len(server.mails) == 2


def test_a_person_may_say_that_it_was_sent(run: Run, serve: Serve) -> None:
    serve({".": Odd.TAKE_AND_CLOSE})
    send(run)
    (message,) = outbox(run)
    ran = run("outbox", "cancel", message["id"], "--as-sent", "-o", "json")
    assert ran.code == OK, ran.err
    assert [each["state"] for each in json.loads(ran.out)] == ["sent"]
    assert run("outbox", "cancel", message["id"]).code == ExitCode.CONFLICT


def test_a_failed_mail_can_be_sent_after_all(run: Run, serve: Serve) -> None:
    server = serve({"MAIL": [b"550 5.7.1 no", b"250 ok"]})
    assert send(run).code == REFUSED
    (message,) = outbox(run)
    assert run("outbox", "flush", "--now").code == OK
    assert server.mails == []
    assert run("outbox", "retry", message["id"]).code == OK
    assert len(server.mails) == 1


def test_a_mail_larger_than_the_server_takes_is_refused_before_it_is_sent(
    run: Run, serve: Serve
) -> None:
    server = serve({}, extensions=(b"SIZE 1000", b"AUTH PLAIN"))
    ran = run("send", "--to", BEN, "--body", "x" * 2000, "-o", "json")
    assert ran.code == REFUSED
    assert json.loads(ran.err)["error"]["code"] == "mail-too-large"
    assert [line for line in server.heard if line.startswith(b"MAIL")] == []
    assert outbox(run) == []


@pytest.mark.parametrize("extension", ["SMTPUTF8", "8BITMIME"])
def test_what_the_server_cannot_carry_is_said(run: Run, serve: Serve, extension: str) -> None:
    server = serve({}, extensions=[e for e in EXTENSIONS if e != extension.encode()])
    if extension == "SMTPUTF8":
        ran = run("send", "--to", "jörg@x.example", "--body", "x", "-o", "json")
    else:
        mail = "From: ada@local.example\nTo: ben@x.example\n\nGrüße\n"
        ran = run("send", "--eml", "-", "-o", "json", typed=mail)
    assert ran.code == REFUSED
    assert extension in ran.err
    assert server.mails == []


def test_many_mails_go_over_one_connection(run: Run, serve: Serve) -> None:
    server = serve({})
    for number in range(12):
        assert send(run, "--queue", "--subject", str(number)).code == OK
    before = server.connections
    ran = run("outbox", "flush", "-o", "json")
    assert ran.code == OK, ran.err
    assert [each["subject"] for each in json.loads(ran.out)] == [str(n) for n in range(12)]
    assert (len(server.mails), server.connections - before) == (12, 1)


def test_five_hundred_recipients_are_told_apart(
    run: Run, serve: Serve, extensions: tuple[bytes, ...]
) -> None:
    names = [f"p{number}@x.example" for number in range(500)]
    bad = {f"RCPT {name}": b"550 5.1.1 no such user" for name in names[::100]}
    server = serve(bad, extensions=extensions)
    ran = run("send", "--bcc", ",".join(names), "--body", "x", "-o", "json")
    assert ran.code == PARTIAL
    (taken,) = server.mails
    assert list(taken.recipients) == [name for name in names if f"RCPT {name}" not in bad]
    failed = [r["address"] for r in json.loads(ran.out)["recipients"] if r["state"] == "failed"]
    assert failed == names[::100]


def test_a_connection_that_the_server_ends_is_made_anew(run: Run, serve: Serve) -> None:
    server = serve({"MAIL": [b"250 ok", b"250 ok", b"421 4.7.0 enough"] * 9})
    for number in range(6):
        send(run, "--queue", "--subject", str(number))
    run("outbox", "flush", "--now")
    run("outbox", "flush", "--now")
    assert len({taken.octets for taken in server.mails}) == len(server.mails) == 6


def test_a_bad_mail_holds_up_no_other(run: Run, serve: Serve) -> None:
    server = serve({"RCPT": [b"250 ok", b"250 ok", b"550 5.1.1 no", b"550 5.1.1 no", b"250 ok"]})
    for number in range(3):
        send(run, "--queue", "--subject", str(number))
    assert run("outbox", "flush").code == PARTIAL
    assert [each["state"] for each in outbox(run)] == ["sent", "failed", "sent"]
    assert len(server.mails) == 2


def test_a_refused_password_is_tried_no_more_by_itself(run: Run, serve: Serve) -> None:
    server = serve({"AUTH": b"535 5.7.8 wrong"})
    assert send(run).code == AUTHORISATION
    before = server.connections
    assert run("outbox", "flush", "--now").code == AUTHORISATION
    assert server.connections == before
    assert outbox(run)[0]["state"] == "deferred"


def test_lines_that_look_like_the_end_of_a_mail_are_part_of_it(run: Run, serve: Serve) -> None:
    server = serve({})
    head = b"From: ada@local.example\r\nTo: ben@x.example\r\n\r\n"
    body = b"a\n.\nMAIL FROM:<x>\r\n.\rb\r.\r\nc\r\n.\r\nd"
    ran = run("send", "--eml", "-", "-o", "json", typed=head + body)
    assert ran.code == OK, ran.err
    (taken,) = server.mails
    lines = (b"a", b".", b"MAIL FROM:<x>", b".", b"b", b".", b"c", b".", b"d", b"")
    assert taken.octets.partition(b"\r\n\r\n")[2] == b"\r\n".join(lines)
