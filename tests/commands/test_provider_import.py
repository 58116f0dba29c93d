"""provider import: documents that others wrote become providers, and nothing is overrun."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn

SERVERS = """
<incomingServer type="imap"><hostname>imap.{host}</hostname><port>993</port>
<socketType>SSL</socketType><username>{user}</username>
<authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.{host}</hostname><port>587</port>
<socketType>STARTTLS</socketType><username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></outgoingServer>"""


def document(
    id_: str = "acme.example", *domains: str, host: str = "", user: str = "%EMAILADDRESS%"
) -> str:
    served = "".join(f"<domain>{domain}</domain>" for domain in domains or (id_,))
    servers = SERVERS.format(host=host or id_, user=user)
    return (
        f'<clientConfig version="1.1"><emailProvider id="{id_}">{served}'
        f"<displayName>Mail of {id_}</displayName>{servers}</emailProvider></clientConfig>"
    )


def imported(run: Run, *words: str, typed: str | None = None) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit code and the rows of `provider import WORDS`."""
    ran = run("provider", "import", *words, "-o", "json", typed=typed)
    rows: list[dict[str, Any]] = json.loads(ran.out) if ran.out else []
    return ran.code, rows


def one(run: Run, *words: str, typed: str) -> dict[str, Any]:
    """Return the row of one document on standard input."""
    _, (row,) = imported(run, "-", *words, typed=typed)
    return row


def shown(run: Run, name: str) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(run("provider", "show", name, "-o", "json").out)
    return described


def mapped(run: Run) -> dict[str, str]:
    listed = json.loads(run("provider", "domains", "-o", "json").out)
    return {row["domain"]: row["provider"] for row in listed}


def test_a_document_becomes_a_provider_with_its_domains(run: Run) -> None:
    row = one(
        run,
        *("--by", "root"),
        typed=document("Acme.Example", "acme.example", "Bücher.example", user="%EMAILLOCALPART%"),
    )
    assert row == {
        "source": "-",
        "provider": "acme-example",
        "status": "added",
        "domains": ["acme.example", "xn--bcher-kva.example"],
        "left": [],
        "error": None,
        "passed_over": [],
    }
    acme = shown(run, "acme-example")
    assert (acme["title"], acme["origin"], acme["kind"]) == (
        "Mail of Acme.Example",
        "custom",
        "imap",
    )
    assert (acme["login"], acme["submission_login"]) == ("local-part", "address")
    for domain in json.loads(run("provider", "domains", "-o", "json").out):
        assert (domain["origin"], domain["created_by"]) == ("admin", "root")
    found = json.loads(run("provider", "detect", "ada@bücher.example", "-o", "json").out)
    assert (found["provider"], found["settings"]["username"]) == ("acme-example", "ada")


def test_a_second_time_everything_is_known(run: Run) -> None:
    one(run, typed=document())
    assert one(run, typed=document()) | {"status": "added"} == one(run, typed=document()) | {
        "status": "added"
    }
    code, (row,) = imported(run, "-", typed=document())
    assert (code, row["status"], row["domains"]) == (ExitCode.OK, "known", ["acme.example"])


def test_a_provider_that_says_otherwise_is_kept_unless_it_may_be_replaced(run: Run) -> None:
    one(run, typed=document())
    other = document("acme.example", "acme.example", "new.example", host="other.example")
    row = one(run, typed=other)
    assert (row["status"], row["domains"]) == ("kept", ["acme.example"])
    assert row["left"] == [
        {
            "domain": "new.example",
            "reason": "the provider acme-example that is there says otherwise",
        }
    ]
    assert shown(run, "acme-example")["incoming"]["host"] == "imap.acme.example"
    row = one(run, "--replace", typed=other)
    assert (row["status"], row["domains"]) == ("updated", ["acme.example", "new.example"])
    assert shown(run, "acme-example")["incoming"]["host"] == "imap.other.example"


def test_what_no_document_speaks_of_stays_the_administrators(run: Run) -> None:
    one(run, typed=document())
    run("provider", "set", "acme-example", "--mx", "mx.acme.example", "--help-text", "Ask.")
    assert one(run, typed=document())["status"] == "known"
    one(run, "--replace", typed=document(host="other.example"))
    acme = shown(run, "acme-example")
    assert (acme["mx"], acme["sign_in_help"]) == (["mx.acme.example"], "Ask.")


def test_a_domain_that_is_mapped_to_another_is_left_unless_it_may_be_replaced(run: Run) -> None:
    run("provider", "map-domain", "acme.example", "fastmail")
    run("provider", "map-domain", "corp.example", "fastmail", "--include-subdomains")
    typed = document("acme.example", "acme.example", "a.corp.example", "free.example")
    row = one(run, typed=typed)
    assert row["status"] == "added"
    assert row["domains"] == ["free.example"]
    assert row["left"] == [
        {"domain": "acme.example", "reason": "mapped to fastmail"},
        {"domain": "a.corp.example", "reason": "mapped to fastmail"},
    ]
    row = one(run, "--replace", typed=typed)
    assert row["domains"] == ["acme.example", "a.corp.example", "free.example"]
    assert mapped(run)["corp.example"] == "fastmail"
    assert mapped(run)["acme.example"] == "acme-example"


def test_the_domains_of_presets_stay_theirs_unless_they_may_be_overridden(run: Run) -> None:
    typed = document("acme.example", "gmail.com", "acme.example")
    row = one(run, "--replace", typed=typed)
    assert row["left"] == [{"domain": "gmail.com", "reason": "a domain of the preset gmail"}]
    assert mapped(run) == {"acme.example": "acme-example"}
    row = one(run, "--override-presets", typed=typed)
    assert (row["left"], mapped(run)["gmail.com"]) == ([], "acme-example")


def test_the_name_of_a_preset_is_not_taken(run: Run) -> None:
    typed = document("web.de", "web.de", "free.example")
    code, (row,) = imported(run, "-", "--replace", "--override-presets", typed=typed)
    assert (code, row["status"], row["provider"], row["domains"]) == (0, "kept", "web-de", [])
    assert "--prefix" in row["left"][0]["reason"]
    assert shown(run, "web-de")["origin"] == "preset"
    row = one(run, "--prefix", "ispdb-", typed=typed)
    assert (row["status"], row["provider"]) == ("added", "ispdb-web-de")


@pytest.mark.parametrize("prefix", ["A", "-", "ä", "x" * 41, "a b", "../"])
def test_a_prefix_that_cannot_start_a_name_is_refused(run: Run, prefix: str) -> None:
    assert imported(run, "-", f"--prefix={prefix}", typed=document()) == (ExitCode.USAGE, [])


def test_a_name_is_never_longer_than_a_name_may_be(run: Run) -> None:
    id_ = f"{'a' * 60}.{'b' * 60}.example"
    name = one(run, "--prefix", "p-", typed=document(id_))["provider"]
    assert name == f"p-{'a' * 60}"
    assert run("provider", "show", name).code == ExitCode.OK


def test_documents_of_one_run_that_contradict_each_other_do_not_take_turns(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.xml").write_text(document("acme.example", "a.example"))
    (tmp_path / "b.xml").write_text(document("acme.example", "b.example", host="b.example"))
    (tmp_path / "c.xml").write_text(document("c.example", "a.example"))
    for _ in range(2):
        code, rows = imported(run, str(tmp_path), "--replace")
        assert code == ExitCode.OK
        assert [row["domains"] for row in rows] == [["a.example"], [], []]
        assert rows[1]["status"] == "kept"
        assert rows[2]["left"] == [{"domain": "a.example", "reason": "mapped to acme-example"}]


def test_a_host_may_be_made_of_the_only_domain(run: Run) -> None:
    typed = document("acme.example", host="%EMAILDOMAIN%")
    assert one(run, typed=typed)["status"] == "added"
    assert shown(run, "acme-example")["incoming"]["host"] == "imap.acme.example"
    typed = document("other.example", "a.example", "b.example", host="%EMAILDOMAIN%")
    row = one(run, typed=typed)
    assert row["status"] == "failed"
    assert "depends on the mail domain" in row["error"]


def test_what_cannot_be_used_is_named(run: Run) -> None:
    row = one(run, typed=document().replace("SSL", "plain"))
    assert (row["status"], row["passed_over"]) == ("added", ["imap.acme.example: plain text"])
    assert shown(run, "acme-example")["receive"] is False
    nothing = document("x.example").replace("SSL", "plain").replace("STARTTLS", "plain")
    row = one(run, typed=nothing)
    assert (row["status"], row["provider"]) == ("failed", None)
    assert row["passed_over"] == ["imap.x.example: plain text", "smtp.x.example: plain text"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory as people have them: documents, and what is none."""
    top = tmp_path / "ispdb"
    (top / "deep" / "er").mkdir(parents=True)
    (top / ".git").mkdir()
    (top / "a.xml").write_text(document("a.example"))
    (top / "B.XML").write_text(document("b.example"))
    (top / "c").write_text(document("c.example"))
    (top / "d.example").write_text(document("d.example"))
    (top / "deep" / "er" / "e.xml").write_text(document("e.example"))
    (top / "README.md").write_text("# Documents\n")
    (top / "photo.jpg").write_bytes(b"\xff\xd8" * 100)
    (top / ".git" / "config").write_text("[core]\n")
    (top / ".hidden.xml").write_text(document("hidden.example"))
    (top / "link.xml").symlink_to(top / "a.xml")
    (top / "loop").symlink_to(top)
    os.mkfifo(top / "pipe.xml")
    return top


def test_a_directory_is_read_to_its_depth(run: Run, folder: Path) -> None:
    code, rows = imported(run, str(folder))
    assert code == ExitCode.OK
    assert [(Path(row["source"]).name, row["provider"], row["status"]) for row in rows] == [
        ("B.XML", "b-example", "added"),
        ("a.xml", "a-example", "added"),
        ("c", "c-example", "added"),
        ("d.example", "d-example", "added"),
        ("link.xml", "a-example", "known"),
        ("e.xml", "e-example", "added"),
    ]


def test_what_is_no_document_never_stops_the_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<html/>")
    (tmp_path / "b.xml").write_bytes(b"<!DOCTYPE x [<!ENTITY a 'b'>]><clientConfig/>")
    (tmp_path / "c.xml").write_text(document() + " " * (256 << 10))
    (tmp_path / "d.xml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "e.xml").write_text(document())
    (tmp_path / "junk").write_bytes(b"\0\xff")
    code, rows = imported(run, str(tmp_path))
    assert code == ExitCode.PARTIAL
    assert [row["status"] for row in rows] == [*["failed"] * 4, "added", "failed"]
    whys = ("no clientConfig", "DTD", "256 KiB", "cannot be read", "", "no XML")
    for row, why in zip(rows, whys, strict=True):
        assert why in (row["error"] or "")
        assert row["provider"] is None or row["status"] == "added"


def test_where_all_fail_the_exit_code_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<html/>")
    code, (row,) = imported(run, str(tmp_path / "a.xml"))
    assert (code, row["status"]) == (ExitCode.USAGE, "failed")


def test_a_path_that_is_not_there_is_refused_before_anything_is_stored(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.xml").write_text(document())
    ran = run("provider", "import", str(tmp_path / "a.xml"), str(tmp_path / "b"), "-o", "json")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert json.loads(ran.err)["error"]["hint"]
    assert run("provider", "list", "--custom").out == ""


def test_a_directory_without_documents_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing\n")
    assert imported(run, str(tmp_path)) == (ExitCode.USAGE, [])


def test_a_file_of_any_name_is_read_when_it_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.txt").write_text(document())
    assert imported(run, str(tmp_path / "config.txt"))[0] == ExitCode.OK


def test_what_may_not_be_read_is_told(spawn: Spawn, tmp_path: Path) -> None:
    """As root everything may be read: a child gives that up first."""
    (tmp_path / "locked").mkdir(mode=0)
    (tmp_path / "no.xml").write_text(document())
    (tmp_path / "no.xml").chmod(0)
    (tmp_path / "yes.xml").write_text(document())
    words = spawn.words("provider", "import", str(tmp_path), "-o", "json")
    if os.geteuid() == 0:
        words = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *words]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == ExitCode.PARTIAL, done.stderr
    rows = json.loads(done.stdout)
    assert [row["status"] for row in rows] == ["failed", "added", "failed"]
    assert all("Permission denied" in row["error"] for row in (rows[0], rows[2]))


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.xml")).write_text(document())
    _, (row,) = imported(run, str(tmp_path))
    assert row["source"].endswith("\ufffd.xml")


def test_a_dry_run_tells_the_same_and_stores_nothing(run: Run, folder: Path) -> None:
    words = (str(folder), "--prefix", "x-", "--by", "root")
    rehearsed = imported(run, *words, "--dry-run")
    assert run("provider", "list", "--custom").out == ""
    assert mapped(run) == {}
    assert rehearsed == imported(run, *words)
    assert imported(run, *words, "--dry-run")[1][0]["status"] == "known"


def test_a_whole_collection_is_imported_in_no_time(run: Run, tmp_path: Path) -> None:
    for number in range(163):
        domains = [f"d{number}-{each}.example" for each in range(6)]
        (tmp_path / f"{number}.xml").write_text(document(f"p{number}.example", *domains))
    started = time.process_time()
    code, rows = imported(run, str(tmp_path))
    assert time.process_time() - started < 2
    assert code == ExitCode.OK
    assert sum(len(row["domains"]) for row in rows) == 163 * 6
