"""A store is always of one schema: the old one or the new one, never something between."""

import json
import random
import shutil
import sqlite3
import time
import zlib
from contextlib import ExitStack, closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from mailctl.domain.ids import AccountId, FolderId, MessageId, ProviderName
from mailctl.domain.providers import (
    AuthMethod,
    LoginForm,
    MappingOrigin,
    Origin,
    Provider,
    ProviderKind,
)
from mailctl.domain.servers import Endpoint, Security
from mailctl.domain.settings import AccountSettings
from mailctl.domain.syncing import Uid
from mailctl.errors import StoreDamaged, StoreTooNew
from mailctl.store import (
    accounts,
    folders,
    mappings,
    messages,
    migrations,
    providers,
    search,
    sources,
    threads,
    unindexed,
)
from mailctl.store.connection import Store
from mailctl.store.copies import Waiting, quarantined
from mailctl.store.holdings import StoredCopies
from tests.soak import count
from tests.store.processes import Child
from tests.store.samples import NOW, id_of, number_of

CHILDREN = "tests.store.children"
PINNED = {
    "0001_initial.sql": "027c490337538b367cd7a8cabc20bba3802c36aa80a04346622e372a03e8ee5e",
    "0002_discovered.sql": "39300a2db09ecc8140d4123a7341c1d2aaa9a39ef931d674b972057c89b387ac",
    "0003_accounts.sql": "787c58ad37a3d3072db9dbe638b4fe8103ead71195bef430fcac9599f937ad1c",
    "0004_sync.sql": "c0e3387d84683049a86f4bfbffec3cc3c267bfc3b5174093fd8399a824f01ce8",
    "0005_search.sql": "b5f6c59305af42c35d691acd816b387dc0f34dd2a90c0a3a394322dcc9ec74c5",
    "0006_keys.sql": "52c2ac865a70cf7ccb473bea8bd3444863ca4703fe0f3f1d43203d63a15af2e1",
    "0007_threads.sql": "195f51a81a5a2be43f4b1e24d1d8e06c856dfa3bf62dee15afed10deae9c099d",
    "0008_listing.sql": "5f079298ffe37bb46552d82088ae8d08d981d61ec3721f6e4899ce6358daf93b",
    "0009_outbox.sql": "2c142d6ca747b8891ca86bd97f345dfefd609d298b633a8098907cb6c3a75e26",
    "0010_contacts.sql": "645a113c66afc70353e852f1ab86750bd90a4b0bf6557e13b08c226fec0f3703",
    "0011_records.sql": "49244b68792e305f074f3696ddf50023efd3b8c07d27c68ff7a323030da40042",
    "0012_merges.sql": "b052efe3122f2f03e8efc56b95f06a3cb815df26a53d92cd209b277c009e885e",
    "0013_links.sql": "8b511103c357cb91a371231a7fb01544e99b1a3ad304a8252b38362ee15bdff8",
    "0014_facts.sql": "2dacb808013052a23c0f163d364c45f3aec65e46791a42f7928e289d9e1e296b",
    "0015_server_memos.sql": "a015a3a94ed00049437527486e005514787abcba48a5318cf36337d5eff5b481",
    "0016_exchangers.sql": "1f1e7ae2b7835b3ce93b69e0b04b963bf67023bed5b528848c4c4933f27e10cc",
}
"""A released step never changes: whoever has run it would not run it again. Add a new one."""

SOURCE = b"Subject: two\r\n\r\n" + b"text " * 200
DIGEST = sha256(SOURCE).hexdigest()
OPENERS = 8
OPENING_S = 0.06
"""A little more than the first opening takes."""


def make(path: Path) -> None:
    store = Store(path)
    with store.writing() as tx:
        mappings.put(tx, "a.example", ProviderName("p"), origin=MappingOrigin.ADMIN, at=NOW)
    store.close()


def raw(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def found(path: Path, query: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchone()[0]


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    """A copy of the released steps, to which a test adds."""
    return shutil.copytree(migrations._SCHEMA, tmp_path / "schema")


@pytest.fixture
def newer(schema: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program of tomorrow: one step more than today, which the test may write over."""
    step = schema / f"{migrations.LATEST + 1:04}_next.sql"
    step.write_text(
        "ALTER TABLE account ADD COLUMN nickname TEXT;\nCREATE TABLE extra (id TEXT) STRICT;\n"
    )
    monkeypatch.setattr(migrations, "_SCHEMA", schema)
    monkeypatch.setattr(migrations, "LATEST", migrations.LATEST + 1)
    return step


def test_released_steps_do_not_change() -> None:
    digests = {path.name: sha256(path.read_bytes()).hexdigest() for _, path in migrations.steps()}
    assert digests == PINNED


def test_steps_are_numbered_without_gaps_up_to_the_latest() -> None:
    numbers = [number for number, _ in migrations.steps()]
    assert numbers == list(range(1, migrations.LATEST + 1))


def test_every_file_of_the_schema_is_a_step() -> None:
    assert {path.name for _, path in migrations.steps()} == {
        path.name for path in migrations._SCHEMA.iterdir()
    }


@pytest.mark.parametrize("step", [path for _, path in migrations.steps()], ids=lambda p: p.name)
def test_a_script_is_made_of_complete_statements(step: Path) -> None:
    script = step.read_text(encoding="utf-8")
    assert script.rstrip().endswith(";")
    assert "".join(migrations.statements(script)).rstrip() == script.rstrip()


def test_a_new_store_has_the_latest_schema_and_our_mark(path: Path) -> None:
    make(path)
    assert found(path, "PRAGMA user_version") == migrations.LATEST
    assert found(path, "PRAGMA application_id") == migrations.APPLICATION_ID
    assert found(path, "PRAGMA journal_mode") == "wal"


def test_eight_processes_open_a_new_store_at_once(tmp_path: Path) -> None:
    with ExitStack() as stack:
        children = [
            stack.enter_context(Child(CHILDREN, "open_together", "-")) for _ in range(OPENERS)
        ]
        assert [child.hear() for child in children] == ["ready"] * OPENERS
        for number in range(count(20, 400)):
            instant = time.monotonic() + 0.01
            for child in children:
                child.tell(f"{instant} {tmp_path / str(number) / 'mailctl.db'}")
            assert [child.hear() for child in children] == ["ok"] * OPENERS


def test_a_kill_in_the_first_opening_leaves_no_store_or_a_whole_one(tmp_path: Path) -> None:
    moments = random.Random(1)
    for number in range(count(8, 500)):
        path = tmp_path / str(number) / "mailctl.db"
        with Child(CHILDREN, "open_once", path) as child:
            assert child.hear() == "ready"
            child.tell()
            time.sleep(moments.uniform(0, OPENING_S))
            child.kill()
        if path.exists():
            assert found(path, "PRAGMA integrity_check") == "ok"
            tables = found(path, "SELECT count(*) FROM sqlite_schema")
            assert bool(tables) == (found(path, "PRAGMA user_version") == migrations.LATEST)
        make(path)


def test_a_kill_in_a_migration_leaves_the_old_schema_or_the_new_one(
    tmp_path: Path, newer: Path
) -> None:
    moments = random.Random(2)
    with newer.open("a") as step:
        step.writelines(f"CREATE TABLE t{number} (a TEXT);\n" for number in range(200))
    for number in range(count(5, 100)):
        path = tmp_path / str(number) / "mailctl.db"
        _make_with_todays_program(path)
        with Child(CHILDREN, "migrate", path, newer.parent) as child:
            assert child.hear() == "ready"
            child.tell()
            time.sleep(moments.uniform(0, OPENING_S))
            child.kill()
        assert found(path, "PRAGMA integrity_check") == "ok"
        is_new = found(path, "PRAGMA user_version") == migrations.LATEST
        extra = found(
            path,
            "SELECT count(*) FROM sqlite_schema WHERE name LIKE 't%' AND sql "
            "LIKE 'CREATE TABLE t%(a TEXT)'",
        )
        assert extra == (200 if is_new else 0)
        with closing(Store(path)) as store, store.reading() as tx:
            assert [mapping.domain for mapping in mappings.all_(tx)] == ["a.example"]


def _make_with_todays_program(path: Path) -> None:
    with pytest.MonkeyPatch.context() as today:
        today.setattr(migrations, "LATEST", migrations.LATEST - 1)
        today.setattr(migrations, "_SCHEMA", Path(migrations.__file__).with_name("schema"))
        make(path)


def test_a_store_of_a_newer_program_is_refused_and_not_touched(path: Path) -> None:
    make(path)
    raw(path, f"PRAGMA user_version = {migrations.LATEST + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match=f"version {migrations.LATEST + 1}"):
        make(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE theirs (a TEXT)"],
        ["CREATE TABLE theirs (a TEXT)", f"PRAGMA user_version = {migrations.LATEST}"],
        ["PRAGMA application_id = 252006673"],
    ],
    ids=["tables", "tables-and-our-version", "mark-only"],
)
def test_a_database_of_another_program_is_refused_and_not_touched(
    path: Path, statements: list[str]
) -> None:
    path.parent.mkdir()
    raw(path, *statements)
    before = path.read_bytes()
    with pytest.raises(StoreDamaged, match="another program"):
        make(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", [0, -7])
def test_a_store_whose_version_is_none_is_damaged(path: Path, version: int) -> None:
    make(path)
    raw(path, f"PRAGMA user_version = {version}")
    with pytest.raises(StoreDamaged):
        make(path)


def test_a_migration_keeps_what_is_stored(path: Path, newer: Path) -> None:
    _make_with_todays_program(path)
    with closing(Store(path)) as store, store.reading() as tx:
        assert [mapping.domain for mapping in mappings.all_(tx)] == ["a.example"]
        assert tx.execute("SELECT count(*) FROM extra").fetchone()[0] == 0
    assert found(path, "PRAGMA user_version") == migrations.LATEST


SAVED = """
INSERT INTO provider VALUES ('acme', 'Acme', 'imap', 'imap.acme.example', 993, 'tls',
    'smtp.acme.example', 587, 'starttls', NULL, 'local-part', '["oauth2"]', 1, 0, 12.5,
    '/etc/acme.pem', '2026-01-02T03:04:05Z');
INSERT INTO provider VALUES ('exchange', 'Exchange', 'ews', NULL, NULL, NULL, NULL, NULL, NULL,
    'https://mail.example.org/EWS', 'manual', '["password"]', 1, 1, 40.0, NULL,
    '2026-01-02T03:04:05Z');
INSERT INTO provider_mx VALUES ('acme.example', 'acme'), ('acme.test', 'acme'),
    ('mx.example.org', 'exchange');
INSERT INTO domain_mapping VALUES ('a.example', 'acme', 'learned', '2026-01-02T03:04:05Z', 'ada');
"""


@pytest.fixture
def first_version(path: Path) -> Path:
    """A store as the first released program left it."""
    path.parent.mkdir()
    first = (migrations._SCHEMA / "0001_initial.sql").read_text(encoding="utf-8")
    marks = f"PRAGMA application_id = {migrations.APPLICATION_ID}; PRAGMA user_version = 1;"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"PRAGMA journal_mode = WAL; {first} {SAVED} {marks}")
    return path


def test_a_store_of_the_first_version_keeps_providers_patterns_and_domains(
    first_version: Path,
) -> None:
    with closing(Store(first_version)) as store, store.reading() as tx:
        acme, exchange = providers.all_(tx)
        (mapping,) = mappings.all_(tx)
    assert acme == Provider(
        name=ProviderName("acme"),
        title="Acme",
        kind=ProviderKind.IMAP,
        origin=Origin.CUSTOM,
        incoming=Endpoint("imap.acme.example", 993, Security.TLS),
        submission=Endpoint("smtp.acme.example", 587, Security.STARTTLS),
        login=LoginForm.LOCAL_PART,
        auth=(AuthMethod.OAUTH2,),
        domains=("a.example",),
        mx=("acme.example", "acme.test"),
        can_send=False,
        smtp_timeout_s=12.5,
        ca_file="/etc/acme.pem",
    )
    assert (exchange.login, exchange.mx) == (LoginForm.MANUAL, ("mx.example.org",))
    assert (mapping.provider, mapping.includes_subdomains) == ("acme", False)
    assert found(first_version, "PRAGMA user_version") == migrations.LATEST


def test_after_the_migration_patterns_still_belong_to_their_provider(first_version: Path) -> None:
    with closing(Store(first_version)) as store:
        with store.writing() as tx:
            providers.remove(tx, "acme")
        with store.reading() as tx:
            assert providers.mx_patterns(tx) == {"mx.example.org": "exchange"}
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), store.writing() as tx:
            tx.execute("INSERT INTO provider_mx (suffix, provider) VALUES ('x.example', 'nobody')")
    assert found(first_version, "SELECT count(*) FROM pragma_foreign_key_check") == 0


def test_a_migrated_store_has_the_schema_of_a_new_one(first_version: Path, tmp_path: Path) -> None:
    new = tmp_path / "new" / "mailctl.db"
    for path in (first_version, new):
        make(path)
    schema = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)"
    assert found(first_version, schema) == found(new, schema)


def backups(path: Path) -> list[Path]:
    return [file for file in path.parent.iterdir() if "backup" in file.name]


def test_a_migration_makes_a_private_copy_of_the_old_store_first(path: Path, newer: Path) -> None:
    _make_with_todays_program(path)
    make(path)
    (copy,) = backups(path)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert found(copy, "PRAGMA user_version") == migrations.LATEST - 1
    assert found(copy, "SELECT domain FROM domain_mapping") == "a.example"


def test_a_new_store_needs_no_copy(path: Path) -> None:
    make(path)
    assert backups(path) == []


def test_a_step_that_fails_in_the_middle_leaves_the_old_schema(path: Path, newer: Path) -> None:
    _make_with_todays_program(path)
    newer.write_text("CREATE TABLE extra (id TEXT);\nCREATE TABLE account (id TEXT);\n")
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        make(path)
    assert found(path, "PRAGMA user_version") == migrations.LATEST - 1
    assert found(path, "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'") == 0


def test_a_migration_that_failed_can_be_tried_again_at_once(path: Path, newer: Path) -> None:
    _make_with_todays_program(path)
    good = newer.read_text()
    newer.write_text("CREATE TABLE account (id TEXT);\n")
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            make(path)
    newer.write_text(good)
    make(path)
    assert found(path, "PRAGMA user_version") == migrations.LATEST


def test_processes_that_migrate_at_once_make_one_copy(tmp_path: Path, newer: Path) -> None:
    path = tmp_path / "mailctl.db"
    _make_with_todays_program(path)
    with ExitStack() as stack:
        children = [
            stack.enter_context(Child(CHILDREN, "migrate", path, newer.parent)) for _ in range(4)
        ]
        assert [child.hear() for child in children] == ["ready"] * 4
        for child in children:
            child.tell()
        assert [child.hear() for child in children] == ["opened"] * 4
    assert len(backups(path)) == 1


def test_a_database_that_was_cut_to_nothing_is_no_new_one(path: Path) -> None:
    make(path)
    for leftover in path.parent.glob("mailctl.db-*"):
        leftover.unlink()
    path.write_bytes(b"")
    with pytest.raises(StoreDamaged), closing(Store(path)) as store, store.reading():
        pass
    assert path.read_bytes() == b""


def test_a_database_that_was_deleted_is_made_anew(path: Path) -> None:
    make(path)
    for file in path.parent.glob("mailctl.db*"):
        if file.name != "mailctl.db.migration":
            file.unlink()
    make(path)


ACCOUNTS = f"""
INSERT INTO account VALUES ('acc_1', 'ada@a.example', 'acme', 'Ada', 'ada', 'ada', NULL, NULL,
    'vault:acc_1', 'active', 1, 1, 1, 604800, 'mx', '[]', '2026-01-02T03:04:05Z', NULL, NULL);
INSERT INTO account VALUES ('acc_2', 'ben@a.example', 'acme', 'Ben', 'ben', 'ben', NULL, NULL,
    'vault:acc_2', 'auth-failed', 0, 1, 0, 129600, 'mx', '[]', '2026-01-02T03:04:05Z', NULL, 'no');
INSERT INTO account VALUES ('acc_3', 'bo@a.example', 'acme', 'Ben', 'bo', 'bo', NULL, NULL,
    'vault:acc_3', 'unverified', 0, 1, 1, NULL, 'mx', '[]', '2026-01-02T03:04:06Z', NULL, NULL);
INSERT INTO folder VALUES (1, 'acc_1', 'INBOX', 'inbox', 1, 'cursor', NULL, NULL);
INSERT INTO source VALUES ('{"0d" * 32}', 1, x'00');
INSERT INTO message VALUES ('msg_1', '{"01" * 32}', NULL, '2026-01-02T03:04:05Z', NULL, '', NULL,
    NULL, '[]', '[]', NULL, 0, 1, '[]', '{"0d" * 32}', '2026-01-02T03:04:05Z');
INSERT INTO message_copy VALUES (1, 'msg_1', 1, 7, '[]', '2026-01-02T03:04:05Z', NULL,
    '{"0d" * 32}',     '2026-01-02T03:04:05Z', NULL, NULL);
"""


@pytest.fixture
def second_version(path: Path) -> Path:
    """A store as the second released program left it, with accounts and mail."""
    path.parent.mkdir()
    steps = [path.read_text(encoding="utf-8") for _, path in migrations.steps()[:2]]
    marks = f"PRAGMA application_id = {migrations.APPLICATION_ID}; PRAGMA user_version = 2;"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"PRAGMA journal_mode = WAL; {' '.join(steps)} {ACCOUNTS} {marks}")
    return path


def test_accounts_of_the_second_version_keep_states_settings_and_errors(
    second_version: Path,
) -> None:
    with closing(Store(second_version)) as store, store.reading() as tx:
        ada, ben, bo = accounts.all_(tx)
    assert [each.state for each in (ada, ben, bo)] == ["ok", "auth-required", "unverified"]
    assert ada.settings == AccountSettings()
    assert (ben.settings.period, ben.can_send) == (timedelta(hours=36), False)
    assert (bo.settings.period, bo.can_send) == (None, True)
    assert (ada.trouble, ben.last_error) == (None, "no")


def test_each_owner_of_the_second_version_gets_a_default(second_version: Path) -> None:
    with closing(Store(second_version)) as store, store.reading() as tx:
        assert [each.is_default for each in accounts.all_(tx)] == [True, True, False]


def test_folders_and_mail_of_the_second_version_stay(second_version: Path) -> None:
    with closing(Store(second_version)) as store, store.reading() as tx:
        (inbox,) = folders.of_account(tx, AccountId("acc_1"))
        copies = tx.execute("SELECT uid FROM message_copy").fetchall()
    assert (inbox.path, inbox.cursor) == ("INBOX", "cursor")
    assert [copy["uid"] for copy in copies] == [7]


THIRD = f"""
INSERT INTO folder (id, account_id, path, special_use, cursor, state, since) VALUES
    (2, 'acc_1', 'Work', NULL, '{{"uidvalidity":1700000000,"uidnext":9,"highestmodseq":5}}', 's',
        '2026-01-01T00:00:00Z'),
    (3, 'acc_1', 'Unread', NULL, NULL, NULL, NULL),
    (4, 'acc_1', 'Odd', NULL, '[', NULL, NULL);
INSERT INTO source VALUES ('{DIGEST}', {len(SOURCE)}, x'{zlib.compress(SOURCE).hex()}');
INSERT INTO message VALUES ('msg_2', '{"02" * 32}', NULL, '2026-01-02T03:04:05Z', NULL, 'two', NULL,
    NULL, '[]', '[]', NULL, 0, {len(SOURCE)}, '[]', '{DIGEST}', '2026-01-02T03:04:05Z');
INSERT INTO message_copy VALUES
    (2, 'msg_2', 2, 8, '["seen"]', '2026-01-02T03:04:05Z', 'to', '{DIGEST}',
        '2026-01-02T03:04:05Z', NULL, NULL),
    (3, 'msg_2', 2, 3, '[]', '2026-01-02T03:04:05Z', 'to', '{DIGEST}',
        '2026-01-02T03:04:05Z', '2026-01-03T03:04:05Z', 'expunged'),
    (4, 'msg_2', 4, 8, '[]', '2026-01-02T03:04:05Z', 'to', '{DIGEST}',
        '2026-01-02T03:04:05Z', NULL, NULL);
INSERT INTO quarantine VALUES (2, 11, 'broken', 2, '2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z');
INSERT INTO skipped VALUES (2, 12, 'bulk');
"""


@pytest.fixture
def third_version(second_version: Path) -> Path:
    """A store as the third released program left it, with folders that have cursors."""
    step = (migrations._SCHEMA / "0003_accounts.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(second_version)) as connection:
        connection.executescript(f"{step} {THIRD} PRAGMA user_version = 3;")
    return second_version


def test_copies_of_the_third_version_are_of_the_numbering_of_their_folders_cursor(
    third_version: Path,
) -> None:
    with closing(Store(third_version)) as store, store.reading() as tx:
        rows = tx.execute("SELECT id, numbering FROM message_copy ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [(1, 0), (2, 1700000000), (3, 1700000000), (4, 0)]


def test_copies_of_the_third_version_are_known_to_the_next_sync(third_version: Path) -> None:
    with closing(Store(third_version)) as store:
        known = StoredCopies(store, FolderId(2), 1700000000)
        assert known.between(Uid(1), Uid(99)) == {8: frozenset({"seen"})}


def test_sources_of_the_third_version_are_read_as_they_were_packed(third_version: Path) -> None:
    with closing(Store(third_version)) as store, store.reading() as tx:
        assert sources.of_message(tx, "msg_2") == SOURCE
    assert found(third_version, f"SELECT codec FROM source WHERE digest = x'{DIGEST}'") == "zlib"


def test_a_source_of_the_third_version_is_kept_once_beside_new_ones(third_version: Path) -> None:
    with closing(Store(third_version)) as store, store.writing() as tx:
        sources.put(tx, [sources.pack(SOURCE), sources.pack(b"new")])
        codecs = tx.execute("SELECT codec FROM source ORDER BY size_bytes, codec").fetchall()
    assert sorted(row["codec"] for row in codecs) == ["zlib", "zlib", "zstd"]


def test_folders_of_the_third_version_keep_how_far_they_were_read(third_version: Path) -> None:
    with closing(Store(third_version)) as store, store.reading() as tx:
        work = {folder.path: folder for folder in folders.of_account(tx, AccountId("acc_1"))}[
            "Work"
        ]
        waiting = quarantined(tx, work.id)
    assert work.cursor is not None
    assert json.loads(work.cursor)["uidnext"] == 9
    assert (work.state, work.read_at, work.gone_at) == ("s", None, None)
    assert waiting == [Waiting(Uid(11), 2, NOW)]


def test_messages_of_the_third_version_wait_to_be_indexed(third_version: Path) -> None:
    with closing(Store(third_version)) as store, store.reading() as tx:
        assert unindexed.count(tx) == 2


def test_a_store_of_the_third_version_gets_the_schema_of_a_new_one(
    third_version: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new" / "mailctl.db"
    for path in (third_version, new):
        make(path)
    schema = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)"
    assert found(third_version, schema) == found(new, schema)
    assert found(third_version, "SELECT count(*) FROM pragma_foreign_key_check") == 0


FIFTH = f"""
INSERT INTO source (digest, size_bytes, packed, codec) VALUES ('{"0e" * 32}', 1, x'00', 'zlib');
INSERT INTO message VALUES ('msg_3', '{"03" * 32}', NULL, '2026-01-02T03:04:05Z', NULL, 'three',
    NULL, NULL, '[]', '[]', NULL, 0, 1, '[]', '{"0e" * 32}', '2026-01-02T03:04:05Z', 4, 1);
INSERT INTO message_copy (
    id, message_id, folder_id, uid, flags, internal_date, source_digest, stored_at, numbering,
    labels
) VALUES
    (5, 'msg_3', 2, 9, '[]', '2026-01-02T03:04:05Z', '{"0e" * 32}', '2026-01-02T03:04:05Z', 5,
        '["Work"]');
INSERT INTO message_text (rowid, subject, people, body, attachments)
    VALUES (4, 'three', '', 'findable', '');
INSERT INTO recipient VALUES ('msg_2', 'to', 0, 'Ada', 'ada@a.example');
INSERT INTO index_attempt VALUES ('msg_2');
"""


@pytest.fixture
def fifth_version(third_version: Path) -> Path:
    """A store as the fifth released program left it: of three messages one is indexed."""
    steps = [path.read_text(encoding="utf-8") for _, path in migrations.steps()[3:5]]
    with closing(sqlite3.connect(third_version)) as connection:
        connection.executescript(f"{' '.join(steps)} {FIFTH} PRAGMA user_version = 5;")
    return third_version


def test_what_the_fifth_version_indexed_waits_to_be_indexed_anew(fifth_version: Path) -> None:
    with closing(Store(fifth_version)) as store, store.writing() as tx:
        assert unindexed.count(tx) == 3
        search.put(tx, [search.Entry(number_of(tx, MessageId("msg_3")), body="findable")])
        assert tx.execute("SELECT count(*) FROM message_text").fetchone()[0] == 1
        messages.purge(tx, [MessageId("msg_3")])
        assert tx.execute("SELECT count(*) FROM message_text").fetchone()[0] == 0


def test_messages_of_the_fifth_version_keep_copies_people_and_sources(fifth_version: Path) -> None:
    with closing(Store(fifth_version)) as store, store.reading() as tx:
        ids = [MessageId("msg_2"), MessageId("msg_3")]
        two, three = messages.by_ids(tx, ids)
        assert sources.of_message(tx, "msg_2") == SOURCE
    assert [each.address for each in two.envelope.to] == ["ada@a.example"]
    assert two.envelope.identity == "02" * 32
    places = [(copy.folder, copy.uid, copy.gone_at is None) for copy in two.copies]
    assert places == [("Work", 8, True), ("Work", 3, False), ("Odd", 8, True)]
    assert three.copies[0].labels == ("Work",)


def test_what_the_fifth_version_had_begun_to_index_is_known(fifth_version: Path) -> None:
    with closing(Store(fifth_version)) as store, store.reading() as tx:
        waiting = [each.message for each in unindexed.waiting(tx, after=0, limit=9)]
        assert [id_of(tx, number) for number in waiting] == ["msg_3", "msg_1", "msg_2"]
        assert [id_of(tx, number) for number in search.begun(tx)] == ["msg_2"]


def test_what_the_fifth_version_stored_is_joined_by_the_next_run(fifth_version: Path) -> None:
    raw(
        fifth_version,
        "UPDATE message SET rfc_message_id = 'A@x', thread_id = 'thr_0000000000aa' "
        "WHERE id = 'msg_1'",
        "UPDATE message SET rfc_message_id = 'b', refs = '[\"a@x\"]' WHERE id = 'msg_2'",
        "UPDATE message SET in_reply_to = '[\"b\"]', thread_id = 'thr_0000000000ab' "
        "WHERE id = 'msg_3'",
    )
    with closing(Store(fifth_version)) as store:
        with store.writing() as tx:
            threads.join(tx, [each.message for each in unindexed.waiting(tx, after=0, limit=9)])
        with store.reading() as tx:
            known = threads.of_message(tx, MessageId("msg_1"))
            assert len(threads.messages(tx, known)) == 3
            for before in ("thr_0000000000aa", "thr_0000000000ab"):
                assert threads.known_as(tx, before) == known
