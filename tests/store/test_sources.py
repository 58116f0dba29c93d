"""The bytes of messages are kept as they came, once."""

import random
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import zstandard

from mailctl.errors import StoreDamaged
from mailctl.store import maintenance, sources
from mailctl.store.connection import Store
from tests.store.samples import NOW, deliver, folder, mail

ODD = [b"", b"\0", b"no header", bytes(range(256)) * 9, random.Random(3).randbytes(300_000)]
LARGE = random.Random(4).randbytes(3_000_001)


@pytest.mark.parametrize(
    "source", [*ODD, LARGE], ids=["empty", "nul", "text", "all-bytes", "random", "large"]
)
def test_a_source_comes_back_byte_for_byte(store: Store, source: bytes) -> None:
    with store.writing() as tx:
        message_id = deliver(tx, folder(tx), 1, source)
    with store.reading() as tx:
        assert sources.of_message(tx, message_id) == source


def test_equal_content_is_stored_once(store: Store) -> None:
    with store.writing() as tx:
        for uid in (1, 2):
            deliver(tx, folder(tx), uid, mail())
        deliver(tx, folder(tx, "Work"), 1, mail())
        counts = maintenance.counts(tx)
    assert (counts["source_bytes"], counts["copies"]) == (len(mail()), 3)


def test_each_copy_keeps_the_bytes_that_its_server_gave(store: Store) -> None:
    with store.writing() as tx:
        first = deliver(tx, folder(tx), 1, mail())
        second = deliver(tx, folder(tx, "Work"), 1, b"Received: by hop\r\n" + mail())
        assert maintenance.counts(tx)["source_bytes"] > 2 * len(mail())
        assert first == second
        assert sources.of_message(tx, first) == mail()


def test_text_takes_less_room_than_it_has_bytes(store: Store) -> None:
    packed = sources.pack(mail(body="text " * 1000))
    assert packed.size_bytes > 5000
    assert len(packed.packed) < 500


def test_an_unknown_message_has_no_source(store: Store) -> None:
    with store.reading() as tx:
        assert sources.of_message(tx, "msg_0") is None


def test_sources_put_at_once_are_each_kept_once(store: Store) -> None:
    packed = [sources.pack(source) for source in (b"one", b"two", b"one")]
    with store.writing() as tx:
        sources.put(tx, packed)
        sources.put(tx, packed)
        assert maintenance.counts(tx)["source_bytes"] == 6


def test_large_and_small_sources_put_at_once_are_each_kept_once(store: Store) -> None:
    packed = [sources.pack(source) for source in (b"one", LARGE, b"two", LARGE)]
    with store.writing() as tx:
        one, large, two, again = sources.put(tx, packed)
        assert sources.put(tx, packed) == [one, large, two, again]
        rows = tx.execute("SELECT id, packed, codec FROM source").fetchall()
    assert large == again
    assert {row["id"]: sources.unpacked(row) for row in rows} == (
        {one: b"one", large: LARGE, two: b"two"}
    )


def test_a_source_that_was_deflated_by_an_older_version_is_read(store: Store) -> None:
    with store.writing() as tx:
        message_id = deliver(tx, folder(tx), 1, mail())
        tx.execute("UPDATE source SET packed = ?, codec = 'zlib'", (zlib.compress(mail()),))
        assert sources.of_message(tx, message_id) == mail()


@pytest.mark.parametrize("codec", ["zlib", "zstd"])
def test_a_damaged_source_is_said(store: Store, codec: str) -> None:
    with store.writing() as tx:
        message_id = deliver(tx, folder(tx), 1, mail())
        tx.execute("UPDATE source SET packed = x'00', codec = ?", (codec,))
    with pytest.raises(StoreDamaged), store.reading() as tx:
        sources.of_message(tx, message_id)


def test_what_an_account_received_is_found_by_time_and_size(store: Store) -> None:
    with store.writing() as tx:
        inbox = folder(tx)
        deliver(tx, inbox, 1, mail("one"))
        deliver(tx, folder(tx, "Work"), 1, mail("one"))
        deliver(tx, inbox, 2, mail("two"))
        deliver(tx, folder(tx, address="ben@example.org"), 1, mail("ben"))
        found = sources.received(tx, inbox.account, NOW, len(mail("one")))
        none = sources.received(tx, inbox.account, NOW + timedelta(seconds=1), len(mail("one")))
    assert {source for _, source in found} == {mail("one"), mail("two")}
    assert len(found) == 2
    assert none == []


def test_threads_pack_at_once_and_each_source_comes_back(store: Store) -> None:
    bodies = [random.Random(number).randbytes(20_000).hex().encode() for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        packed = list(pool.map(sources.pack, bodies))
    assert [zstandard.decompress(each.packed) for each in packed] == bodies
