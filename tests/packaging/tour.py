"""A walk through all that an installed mailctl can do, so that nothing can be missing from it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.packaging.distributions import Installed
from tests.rig import Rig
from tests.rig.ews import ExchangeServer
from tests.rig.samples import sample_mails

_SEPARATOR = b"From ben@hosting.example Mon Nov  2 10:00:00 2026\n"
_VAULT = {"MAILCTL_VAULT_KEY": "tour tour tour tour tour tour to"}


class Tour:
    """Types one command after the other; each has to go well and to say nothing untoward."""

    def __init__(self, mailctl: Installed, environment: dict[str, str]) -> None:
        self._mailctl, self._environment = mailctl, {**_VAULT, **environment}
        self.directory = mailctl.home

    def __call__(self, *words: str | Path, typed: str = "") -> Any:
        """Return what a command says as JSON."""
        ran = self._mailctl(*words, "-o", "json", typed=typed, environment=self._environment)
        assert ran.code == 0, (words, ran.err)
        assert "Warning" not in ran.err, (words, ran.err)
        assert "Traceback" not in ran.err, (words, ran.err)
        return json.loads(ran.out)


def at_a_desk(tour: Tour) -> None:
    """What needs no server: presets, mail in files, contacts, links, signatures, declarations."""
    assert tour("account", "list") == []
    assert len(tour("provider", "list")) > 100
    assert tour("provider", "detect", "ada@gmail.com", "--offline")["provider"] == "gmail"
    mbox = tour.directory / "week.mbox"
    mails = sample_mails(datetime.now(UTC))
    mbox.write_bytes(b"\n".join(_SEPARATOR + each.replace(b"\r\n", b"\n") for each in mails))
    imported = tour("message", "import", mbox)
    assert (imported["imported"], imported["failed"]) == (len(mails), 0)
    assert tour("message", "search", "lunch")
    assert tour("message", "stats", "--by", "sender")
    message = tour("message", "list", "--limit", "1")[0]["id"]
    assert tour("message", "show", message)["id"] == message
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ben Ortiz\nEMAIL:ben@hosting.example\nEND:VCARD\n"
    assert tour("contact", "import", "-", "--format", "vcard", typed=card)["created"] == 1
    sheet = "name,email,phone\nCarla Jensen,carla@supplier.example,+49 30 1234567\n"
    assert tour("contact", "import", "-", "--format", "csv", typed=sheet)["created"] == 1
    tour("link", "run")
    assert tour("link", "list")
    tour("enrich", "run")
    assert tour("enrich", "list", "--unknown")
    declared = "record_types:\n- {name: invoice, mask: 'INV-#####', fields: [amount]}\n"
    assert tour("apply", "-f", "-", typed=declared)["created"] == 1
    assert tour("diff", "-f", "-", typed=declared)["unchanged"] == 1
    assert tour("db", "check")
    tour("db", "backup")


def at_the_servers(tour: Tour, rig: Rig) -> None:
    """Recognise a provider by the DNS, connect a mailbox, load its mail and send."""
    box, other = rig.address("ada"), rig.address("ben")
    rig.dovecot.append(box.address, box.password, "INBOX", b"Subject: welcome\r\n\r\nhello\r\n")
    hosts = ("--incoming", "mail.hosting.example", "--submission", "mail.hosting.example")
    tour("provider", "add", "hosting", *hosts, "--mx", "hosting.example")
    assert tour("provider", "detect", box.address)["provider"] == "hosting"
    added = tour("account", "add", box.address, "--password-stdin", typed=box.password)
    assert added["state"] == "ok"
    assert tour("sync", "run")["stored"] == 1
    assert tour("sync", "verify")
    words = ("--from", box.address, "--to", other.address, "--subject", "hi", "--body", "*hi*")
    assert tour("send", *words)["state"] == "sent"


def at_exchange(tour: Tour, server: ExchangeServer) -> None:
    """Connect an Exchange mailbox with NTLM and load its mail."""
    mailbox = server.add("eve@corp.example", username="CORP\\eve", password="right")
    mailbox.put(b"Subject: exchange\r\n\r\nhello\r\n", received_at=datetime.now(UTC))
    tour("provider", "add", "ours", "--kind", "ews", "--ews-url", server.url)
    words = ("--provider", "ours", "--login", "CORP\\eve", "--no-send")
    by_stdin = ("--password-stdin", "--secret", "vault")
    added = tour("account", "add", "eve@corp.example", *words, *by_stdin, typed="right")
    assert added["state"] == "ok"
    assert tour("sync", "run", "eve@corp.example")["stored"] == 1
