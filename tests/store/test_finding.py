"""Questions answered by the index and the tables together."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mailctl.core.messages.search import Wanted, find
from mailctl.domain import query as q
from mailctl.domain.ids import MessageId
from mailctl.domain.syncing import Reflagged, Uid, Vanished
from mailctl.errors import BadUsage, NotFound
from mailctl.store import copies, finding, threads
from mailctl.store.connection import Store, Writing
from tests.domain.test_query_language import PIECES, QUERIES
from tests.store.questions import ASKER, found, index
from tests.store.samples import HOSTILE, NOW, NUMBERING, deliver, folder, mail

LETTERS = {
    "ada": b"""From: Ann Smith <ann@acme.example>
To: Ada <ada@example.org>
Cc: bob@acme.example
Subject: Offer for the bridge
Message-ID: <1@acme.example>

please pay the invoice by Friday""",
    "bob": b"""From: Bob <bob@acme.example>
To: =?utf-8?q?M=C3=BCller?= <m@x.example>
Bcc: hidden@x.example
Subject: Lunch
Message-ID: <2@acme.example>
List-Id: Python Dev <python-dev.python.org>
Content-Type: multipart/mixed; boundary=b

--b

Ann said Friday
--b
Content-Disposition: attachment; filename=plan.pdf

%b
--b--"""
    % (b"x" * 9_000),
    "zoe": b"""From: zoe@example.org
Subject: Invoice 17
Reply-To: desk@zoe.example
Message-ID: <3@zoe.example>
References: <1@ACME.example>

Thanks, Ann""",
}


def read(tx: Writing, path: str, uid: int, *flags: str) -> None:
    copies.reflag(tx, folder(tx, path).id, NUMBERING, [Reflagged(Uid(uid), frozenset(flags), None)])


@pytest.fixture
def letters(store: Store) -> dict[MessageId, str]:
    """Three mails of three days, ten days apart, in two folders; the last is the newest."""
    with store.writing() as tx:
        ids = {}
        for place, (name, source) in enumerate(LETTERS.items()):
            into = folder(tx, "INBOX" if place < 2 else "Archive/Büro")
            date = NOW + timedelta(days=10 * place)
            ids[deliver(tx, into, place + 1, source, date=date)] = name
        read(tx, "INBOX", 1)
        read(tx, "INBOX", 2, "\\Seen", "\\Flagged", "\\Answered")
        index(tx, *ids)
    return ids


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("friday", "bob ada"),
        ("friday invoice", "ada"),
        ("lunch OR offer", "bob ada"),
        ("ann -lunch", "zoe ada"),
        ("-ann", ""),
        ("-friday", "zoe"),
        ("NOT (offer OR lunch)", "zoe"),
        ("--offer", "ada"),
        ("-(ann -lunch)", "bob"),
        ("(friday OR thanks) -(lunch OR offer)", "zoe"),
        ("from:ann", "ada"),
        ('from:"ann smith"', "ada"),
        ("from:smi*", "ada"),
        ("from:@acme.example", "bob ada"),
        ("from:(ann OR zoe)", "zoe ada"),
        ("to:muller", "bob"),
        ("to:bob", ""),
        ("cc:bob", "ada"),
        ("bcc:hidden", "bob"),
        ("desk", "zoe"),
        ("subject:invoice", "zoe"),
        ("body:invoice", "ada"),
        ("attachment:plan.pdf", "bob"),
        ("list:python-dev", "bob"),
        ("has:attachment", "bob"),
        ("-has:attachment ann", "zoe ada"),
        ("larger:8k", "bob"),
        ("smaller:8k", "zoe ada"),
        ("on:2026-01-02", "ada"),
        ("after:2026-01-12", "zoe bob"),
        ("after:2026-01-12 before:2026-01-22", "bob"),
        ("before:2026-01-02T03:04:05Z", ""),
        ("before:2026-01-02T03:04:06Z", "ada"),
        ("after:7w", "zoe"),
        ("is:unread", "ada"),
        ("is:read", "zoe bob"),
        ("is:flagged is:answered", "bob"),
        ("-is:flagged", "zoe ada"),
        ("folder:inbox", "bob ada"),
        ("folder:INBOX is:unread", "ada"),
        ("folder:archive* is:unread", ""),
        ('folder:"ARCHIVE/büro"', "zoe"),
        ("folder:Arch", ""),
        ("folder:Arch*", "zoe"),
        ("folder:INBOX folder:Archive/Büro", ""),
        ("-folder:INBOX", "zoe"),
        ("folder:INBOX OR subject:invoice", "zoe bob ada"),
        ("account:ada@example.org offer", "ada"),
        ("id:2@acme.example", "bob"),
        ("id:<2@ACME.EXAMPLE>", "bob"),
        ("id:nothing", ""),
        ("thread:3@zoe.example", "zoe ada"),
        ("thread:1@acme.example -from:ann", "zoe"),
        ("thread:thr_0123456789ab", ""),
        ("friday after:2026-01-12 is:flagged from:bob has:attachment folder:INBOX", "bob"),
    ],
)
def test_a_question_is_answered_newest_first(
    store: Store, letters: dict[MessageId, str], question: str, names: str
) -> None:
    assert [letters[each] for each in found(store, question)] == names.split()


def test_the_id_of_a_conversation_finds_its_messages(
    store: Store, letters: dict[MessageId, str]
) -> None:
    with store.reading() as tx:
        thread = threads.of_message(tx, next(iter(letters)))
    for written in (thread, thread.upper()):
        assert [letters[each] for each in found(store, f"thread:{written}")] == ["zoe", "ada"]


def test_our_own_id_finds_the_message(store: Store, letters: dict[MessageId, str]) -> None:
    for each in letters:
        assert found(store, f"id:{each}") == found(store, f"id:{each.upper()}") == [each]


def test_pages_follow_each_other_without_gap_or_repetition(store: Store) -> None:
    with store.writing() as tx:
        into = folder(tx)
        ids = [
            deliver(
                tx, into, uid, mail(message_id=f"<{uid}@x>"), date=NOW.replace(day=uid // 3 + 1)
            )
            for uid in range(1, 10)
        ]
        index(tx, *ids)
    whole = found(store, "hello")
    pages, last = [], None
    while page := found(store, "hello", limit=2, after=last):
        pages += page
        last = page[-1]
    assert pages == whole
    assert len(whole) == 9


def test_a_page_behind_a_message_that_is_none_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        found(store, "hello", after="msg_0123456789ab")


def test_an_account_that_is_none_is_refused(store: Store) -> None:
    for question, account in (("account:eve@x.example", None), ("x", "eve@x.example")):
        with pytest.raises(NotFound):
            found(store, question, account=account)


def test_what_is_said_of_a_copy_is_of_one_and_the_same(store: Store) -> None:
    with store.writing() as tx:
        message = deliver(tx, folder(tx, "INBOX"), 1, mail())
        deliver(tx, folder(tx, "Sent"), 1, mail())
        read(tx, "INBOX", 1)
        index(tx, message)
    assert found(store, "is:unread folder:INBOX") == [message]
    assert found(store, "is:unread folder:Sent") == []
    assert found(store, "folder:INBOX folder:Sent") == [message]
    assert found(store, "is:read is:unread") == []


def test_labels_are_folders(store: Store) -> None:
    with store.writing() as tx:
        message = deliver(tx, folder(tx, "[Gmail]/All Mail"), 1, mail())
        labels = frozenset({"INBOX", "Клиенты"})
        change = Reflagged(Uid(1), frozenset(), labels)
        copies.reflag(tx, folder(tx, "[Gmail]/All Mail").id, NUMBERING, [change])
        folder(tx, "Клиенты")
        index(tx, message)
    assert found(store, "folder:клиенты") == [message]
    assert found(store, "folder:INBOX is:unread") == [message]
    assert found(store, "folder:Sent") == []


def test_what_no_server_has_any_more_is_not_found(store: Store) -> None:
    with store.writing() as tx:
        ids = [deliver(tx, folder(tx), uid, mail(message_id=f"<{uid}@x>")) for uid in (1, 2)]
        index(tx, *ids)
        copies.mark_gone(tx, folder(tx).id, NUMBERING, [Vanished(Uid(1), "expunged")], at=NOW)
    assert found(store, "hello") == found(store, "-nothing") == [ids[1]]


def test_only_what_an_account_has_is_found_for_it(store: Store) -> None:
    addresses = ("ada@example.org", "zoe@example.org")
    with store.writing() as tx:
        ids = [
            deliver(tx, folder(tx, address=address), 1, mail(message_id=f"<{address}>"))
            for address in addresses
        ]
        index(tx, *ids)
    for each, address in zip(ids, addresses, strict=True):
        assert found(store, "hello", account=address) == [each]
        assert found(store, f"hello account:{address}") == [each]
    assert found(store, f"account:{addresses[0]} account:{addresses[1]}") == []


@pytest.mark.parametrize(
    "word",
    [
        *("AND", "NEAR", "body", "subject", "NEAR/2", "fox AND dog", "NEAR(fox)"),
        *("{fox}", "^fox", "fox + fox", "-fox", "'fox", "fox;", "%fox_", "\\fox"),
        *("body:fox", "(fox", "fox)", "fox*", "OR", "NOT", "rowid", "rank", "message_text"),
    ],
)
def test_in_quotes_no_word_is_an_operator(store: Store, word: str) -> None:
    with store.writing() as tx:
        message = deliver(tx, folder(tx), 1, mail(body=f"{word} fox"))
        index(tx, message)
    assert found(store, f'"{word}"') == found(store, f'subject:hello body:"{word}"') == [message]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store for many questions."""
    store = Store(tmp_path_factory.mktemp("shared") / "mailctl.db")
    with store.writing() as tx:
        index(tx, *(deliver(tx, folder(tx), 1, mail(HOSTILE.replace("\0", " "))) for _ in "x"))
    return store


HOSTILE_WORDS = [
    *("'", '"', ";", "%", "_", "\0", "NEAR", "*", "-", ":", "^", "\\", "--", "/*", "x'00'"),
    *("' OR 1=1 --", "'); DROP TABLE message;--", "from:'", "subject:%", "id:'", "thread:'"),
    *("folder:%", "folder:_*", 'account:"', "list:;", "a\0b", "\ud7ff", "\ufffe", "ـ", "\u0301"),
]


@given(st.lists(PIECES | st.sampled_from(HOSTILE_WORDS), max_size=20).map("".join))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@example("ـ OR \u05b0ـ* -(ـ) a")
@example("subject:ـ -subject:ـ")
def test_no_question_is_an_error_of_sql(shared: Store, question: str) -> None:
    with suppress(BadUsage, NotFound):
        found(shared, question)


@given(QUERIES)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_denied_is_all_the_rest(shared: Store, query: q.Query) -> None:
    with shared.reading() as tx:
        everything = finding.count(tx, q.Larger(0))
        assert finding.count(tx, query) + finding.count(tx, q.Not(query)) == everything


def plan(store: Store, question: str) -> list[str]:
    """Return the steps that SQLite takes to find the first page."""
    asked: list[str] = []
    with store.writing() as tx:
        tx.set_trace_callback(asked.append)
        find(tx, question, ASKER, Wanted(limit=50))
        tx.set_trace_callback(None)
        (statement,) = (each for each in asked if "ORDER BY message.date" in each)
        return [row[3] for row in tx.execute(f"EXPLAIN QUERY PLAN {statement}")]


@pytest.mark.parametrize(
    "question",
    [
        "two words",
        '"a phrase"',
        "from:ann after:2026-01 before:2026-02",
        "ann -ben OR has:attachment",
    ],
)
def test_the_first_page_is_a_walk_along_the_dates_that_ends_when_it_is_full(
    letters: dict[MessageId, str], store: Store, question: str
) -> None:
    steps = plan(store, question)
    walks = [step for step in steps if " message " in f"{step} " or "message_by_date" in step]
    assert len(walks) == 1
    assert "INDEX message_by_date" in walks[0]
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps)


def test_a_time_bounds_the_walk(letters: dict[MessageId, str], store: Store) -> None:
    steps = plan(store, "from:ann after:2026-01 before:2026-02")
    assert "SEARCH message USING COVERING INDEX message_by_date (date>? AND date<?)" in steps


@pytest.mark.parametrize("question", ["thread:thr_0123456789ab", "id:x@y"])
def test_a_name_leads_to_its_messages_without_a_walk(
    letters: dict[MessageId, str], store: Store, question: str
) -> None:
    assert not any("message_by_date" in step for step in plan(store, question))
