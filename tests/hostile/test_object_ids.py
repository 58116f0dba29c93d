"""Servers that name conversations (OBJECTID, RFC 8474)."""

import json

from mailctl.domain.ids import content_id
from tests.hostile.conftest import Besiege
from tests.hostile.siege import filled, mail
from tests.rig.imap_model import EVERYTHING


def test_a_conversation_is_what_the_server_and_the_messages_say(besiege: Besiege) -> None:
    box = filled(0)
    box.inbox.append(mail(1))
    siege = besiege(capabilities=EVERYTHING, box=box, is_synced=False)
    siege.server.name = "Cyrus"
    siege.sync("--no-index")
    threads = [
        each["thread_id"] for each in json.loads(siege.run("message", "list", "-o", "json").out)
    ]
    assert any(b"THREADID" in each for each in siege.server.heard)
    assert threads[0] != content_id("thr", b"1@x.example")
    box.inbox.append(mail(2).replace(b"Subject:", b"In-Reply-To: <1@x.example>\r\nSubject:", 1))
    siege.sync()
    listed = json.loads(siege.run("message", "list", "-o", "json").out)
    assert [each["thread_id"] for each in listed] == threads * 2
