"""The rig's mail servers are real, answer as they should, and leave nothing behind."""

import imaplib
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.rig import Dovecot, Habits, Mailbox, Manners, Postfix, Rig, Stored
from tests.rig.faults import closing, login_answered, preauth, silent, smtp, without_starttls
from tests.rig.samples import sample_mails

MAIL = b"From: ben@hosting.example\r\nSubject: exact\r\n\r\n.dot\r\n\r\n8-bit: \xe4\r\n"


@pytest.fixture
def ada(rig: Rig) -> Mailbox:
    return rig.address("ada")


def inbox(rig: Rig, mailbox: Mailbox, *, folder: str = "INBOX") -> list[bytes]:
    with rig.dovecot.login(mailbox.address, mailbox.password) as imap:
        _, (count,) = imap.select(folder, readonly=True)
        _, answer = imap.fetch("1:*", "BODY[]") if count != b"0" else ("OK", [])
        return [part[1] for part in answer if isinstance(part, tuple)]


def eventually(fetch: Callable[[], list[bytes]]) -> list[bytes]:
    deadline = time.monotonic() + 5
    while not (found := fetch()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def submission(rig: Rig) -> smtplib.SMTP:
    client = smtplib.SMTP("localhost", rig.postfix.ports.submission, local_hostname="here.example")
    client.starttls(context=rig.authority.client_context())
    return client


def imap_by_starttls(rig: Rig) -> imaplib.IMAP4:
    imap = imaplib.IMAP4("localhost", rig.dovecot.ports.imap)
    imap.starttls(rig.authority.client_context())
    return imap


def test_imaps_shows_the_special_folders(rig: Rig, ada: Mailbox) -> None:
    with rig.dovecot.login(ada.address, ada.password) as imap:
        folders = b"\n".join(line for line in imap.list()[1] if isinstance(line, bytes))
        assert b"COMPRESS=DEFLATE" in imap.capability()[1][0]
    for name in (b"Drafts", b"Sent", b"Trash", b"Junk"):
        assert b"\\" + name + b') "/" ' + name in folders


def test_starttls_leads_to_a_login(rig: Rig, ada: Mailbox) -> None:
    with imap_by_starttls(rig) as imap:
        assert imap.login(ada.address, ada.password)[0] == "OK"


def test_a_wrong_password_is_refused_fast_every_time(rig: Rig, ada: Mailbox) -> None:
    began = time.monotonic()
    for _ in range(3):
        with (
            pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
            rig.dovecot.login(ada.address, "wrong"),
        ):
            pass
    assert time.monotonic() - began < 5


def test_a_changed_password_counts(rig: Rig, ada: Mailbox) -> None:
    for password in ("a:new {one}", "another one"):
        rig.dovecot.add_user(ada.address, password)
        with rig.dovecot.login(ada.address, password) as imap:
            assert imap.state == "AUTH"


def test_lmtp_delivers_every_byte(rig: Rig, ada: Mailbox) -> None:
    rig.dovecot.deliver(ada.address, MAIL)
    (arrived,) = inbox(rig, ada)
    assert arrived.endswith(MAIL)
    assert arrived.startswith(b"Return-Path: <sender@corp.example>")


def test_append_keeps_every_byte_flag_and_date(rig: Rig, ada: Mailbox) -> None:
    date = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
    mails = [Stored(MAIL, (r"\Seen", "$Forwarded"), date), Stored(b"Subject: two\r\n\r\n")]
    rig.dovecot.append_many(ada.address, ada.password, "Work/2024", mails)
    assert inbox(rig, ada, folder="Work/2024") == [mail.source for mail in mails]
    with rig.dovecot.login(ada.address, ada.password) as imap:
        imap.select("Work/2024", readonly=True)
        (line,) = imap.fetch("1", "(FLAGS INTERNALDATE)")[1]
    assert isinstance(line, bytes)
    assert rb"\Seen" in line
    assert b"$Forwarded" in line
    arrived_at = imaplib.Internaldate2tuple(line)
    assert arrived_at is not None
    assert time.mktime(arrived_at) == date.timestamp()


def test_the_sample_mails_arrive_as_they_are(rig: Rig, ada: Mailbox) -> None:
    now = datetime.now(UTC)
    samples = sample_mails(now, recipient=ada.address)
    for source in samples:
        rig.dovecot.deliver(ada.address, source)
    assert len(samples) == 12
    assert all(got.endswith(sent) for got, sent in zip(inbox(rig, ada), samples, strict=True))
    dates = [
        datetime.strptime(str(message_from_bytes(s)["Date"]), "%a, %d %b %Y %H:%M:%S %z")
        for s in samples
    ]
    assert dates == sorted(dates)
    assert now - timedelta(days=6) < dates[0] < dates[-1] < now


def test_submission_with_a_password_delivers(rig: Rig, ada: Mailbox) -> None:
    ben = rig.address("ben", domain="hosting.example")
    with submission(rig) as client:
        client.login(ada.address, ada.password)
        client.sendmail(ada.address, [ben.address], MAIL, mail_options=["BODY=8BITMIME"])
    (arrived,) = eventually(lambda: inbox(rig, ben))
    assert arrived.endswith(MAIL.partition(b"\r\n\r\n")[2])
    assert b"Message-Id: <" in arrived


def test_smtps_takes_a_password(rig: Rig, ada: Mailbox) -> None:
    context = rig.authority.client_context()
    with smtplib.SMTP_SSL("localhost", rig.postfix.ports.smtps, context=context) as client:
        assert client.login(ada.address, ada.password)[0] == 235


def test_submission_without_a_password_is_refused(rig: Rig, ada: Mailbox) -> None:
    with smtplib.SMTP("localhost", rig.postfix.ports.submission) as client:
        client.ehlo()
        assert client.mail(ada.address)[0] == 530
    with submission(rig) as client:
        client.ehlo()
        client.mail(ada.address)
        assert client.rcpt(ada.address)[0] == 554


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        ("reject@corp.example", 550),
        ("nobody@corp.example", 550),
        ("tempfail@corp.example", 450),
        ("full@corp.example", 552),
        ("who@elsewhere.example", 550),
    ],
)
def test_some_recipients_are_refused(rig: Rig, ada: Mailbox, recipient: str, code: int) -> None:
    with submission(rig) as client:
        client.login(ada.address, ada.password)
        client.mail(ada.address)
        assert client.rcpt(recipient)[0] == code


def test_the_mx_takes_mail_for_its_domains_only(rig: Rig, ada: Mailbox) -> None:
    with smtplib.SMTP("localhost", rig.postfix.ports.mx) as client:
        client.sendmail("ben@hosting.example", [ada.address], MAIL)
        client.mail("ben@hosting.example")
        assert client.rcpt("who@elsewhere.example")[0] in {550, 554}
    (arrived,) = eventually(lambda: inbox(rig, ada))
    assert arrived.endswith(MAIL)


def test_another_dovecot_may_know_less(rig: Rig) -> None:
    habits = Habits(hide_capabilities=("CONDSTORE", "QRESYNC"))
    with Dovecot(rig.authority, habits=habits) as dovecot:
        dovecot.add_user("ada@corp.example", "secret")
        with dovecot.login("ada@corp.example", "secret") as imap:
            words = imap.capability()[1][0].split()
    assert b"QRESYNC" not in words
    assert b"CONDSTORE" not in words
    assert b"UIDPLUS" in words


def test_another_postfix_may_know_less(rig: Rig) -> None:
    manners = Manners(hide_keywords=("8BITMIME", "SMTPUTF8"), message_size_limit_bytes=2000)
    with (
        Postfix(rig.authority, rig.dovecot, ["corp.example"], manners=manners) as postfix,
        smtplib.SMTP("localhost", postfix.ports.mx) as client,
    ):
        client.ehlo()
        assert client.esmtp_features["size"] == "2000"
        assert "8bitmime" not in client.esmtp_features
        assert "pipelining" in client.esmtp_features


@pytest.mark.parametrize("kind", ["wrong_host", "expired", "untrusted"])
def test_bad_certificates_are_refused(rig: Rig, kind: str) -> None:
    certificate = getattr(rig.authority, kind)()
    with (
        closing(certificate=certificate) as port,
        socket.create_connection(("127.0.0.1", port)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        rig.authority.client_context().wrap_socket(plain, server_hostname="imap.hosting.example")


def test_a_good_certificate_is_good_for_all_hosts(rig: Rig) -> None:
    for host in ("localhost", "127.0.0.1", "::1", "imap.gmail.com", "smtp.hosting.example"):
        with (
            socket.create_connection(("127.0.0.1", rig.dovecot.ports.imaps)) as plain,
            rig.authority.client_context().wrap_socket(plain, server_hostname=host) as secret,
        ):
            assert secret.recv(4) == b"* OK"


def test_imap_faults(rig: Rig) -> None:
    with preauth() as port, imaplib.IMAP4("localhost", port) as imap:
        assert imap.state == "AUTH"
    with without_starttls() as port, imaplib.IMAP4("localhost", port) as imap:
        assert "STARTTLS" not in imap.capabilities
    with (
        login_answered(b"NO [UNAVAILABLE] later", certificate=rig.authority.server()) as port,
        imaplib.IMAP4_SSL("localhost", port, ssl_context=rig.authority.client_context()) as imap,
        pytest.raises(imaplib.IMAP4.error, match="UNAVAILABLE"),
    ):
        imap.login("ada", "secret")
    with closing() as port, pytest.raises((imaplib.IMAP4.abort, OSError)):
        imaplib.IMAP4("localhost", port)
    with silent() as port, pytest.raises(TimeoutError):
        imaplib.IMAP4("localhost", port, timeout=0.2)


def test_smtp_faults() -> None:
    replies = {"RCPT": b"451 4.7.1 greylisted"}
    with smtp(replies) as port, smtplib.SMTP("localhost", port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.sendmail("a@corp.example", ["b@corp.example"], MAIL)
        assert refused.value.recipients["b@corp.example"][0] == 451
    with smtp({".": b"554 5.6.0 spam"}) as port, smtplib.SMTP("localhost", port) as client:
        client.mail("a@corp.example")
        client.rcpt("b@corp.example")
        assert client.data(MAIL) == (554, b"5.6.0 spam")


def test_the_environment_leads_to_the_servers(rig: Rig) -> None:
    environment = rig.environment()
    assert environment["MAILCTL_DNS"] == rig.dns.address
    assert Path(environment["SSL_CERT_FILE"]).read_text().startswith("-----BEGIN CERTIFICATE")
    detours = environment["MAILCTL_CONNECT_TO"].split(",")
    ports = rig.postfix.ports
    assert f"imap.gmail.com:993:127.0.0.1:{rig.dovecot.ports.imaps}" in detours
    assert f"mail.hosting.example:143:127.0.0.1:{rig.dovecot.ports.imap}" in detours
    assert f"smtp.office365.com:587:127.0.0.1:{ports.submission}" in detours
    assert f"mail.hosting.example:465:127.0.0.1:{ports.smtps}" in detours


def test_by_hand_it_exports_its_environment_and_ends_at_enter() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.rig", "ada@corp.example:secret"],
        input="\n",
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        check=True,
    )
    names = [line.partition("=")[0] for line in done.stdout.splitlines()]
    assert names == ["export MAILCTL_DNS", "export SSL_CERT_FILE", "export MAILCTL_CONNECT_TO"]
    assert done.stderr == ""


SECOND_RIG = """
import sys, time
from tests.rig import Rig
with Rig() as rig:
    ada = rig.address("ada")
    rig.dovecot.deliver(ada.address, b"Subject: x\\r\\n\\r\\n")
    with rig.dovecot.login(ada.address, ada.password) as imap:
        print(rig.directory, *rig.pids(), flush=True)
        sys.stdin.read()
"""


@pytest.mark.parametrize("ending", [None, signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left(ending: signal.Signals | None) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SECOND_RIG],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[1],
    ) as second:
        assert second.stdout is not None
        directory, *pids = second.stdout.readline().split()
        assert len(pids) > 10
        if ending is not None:
            second.send_signal(ending)
            second.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not any(map(is_alive, pids)) and not Path(directory.decode()).exists():
            return
        time.sleep(0.02)
    assert not [pid for pid in pids if is_alive(pid)]
    assert not Path(directory.decode()).exists()


def is_alive(pid: bytes) -> bool:
    try:
        state = Path(f"/proc/{pid.decode()}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # process 1 of a container may be slow to collect the dead
