"""record import and export: files of other programs, of ours, and of nobody's good will."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run, Spawn
from tests.memory import run_and_peak


def define_invoices(run: Run) -> None:
    assert run("record", "type", "add", "invoice", "--field", "amount", "--field", "note").code == 0


@pytest.fixture(autouse=True)
def _invoices(run: Run) -> None:
    define_invoices(run)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "invoices.csv"


def imported(run: Run, file: Path, *words: str) -> tuple[Ran, Any]:
    ran = run("record", "import", str(file), "--type", "invoice", "-o", "json", *words)
    return ran, json.loads(ran.out) if ran.out else None


def counts(report: Any) -> tuple[int, ...]:
    return tuple(report[name] for name in ("created", "updated", "unchanged", "failed"))


def listed(run: Run) -> Any:
    found = json.loads(run("record", "list", "-o", "json").out)
    return [(each["number"], each["title"], each["fields"], each["tags"]) for each in found]


def test_a_file_that_comes_again_changes_nothing(run: Run, file: Path) -> None:
    file.write_text("Number,Title,Amount,Tags\n1,One,10,a;b\n2,Two,,\n")
    ran, report = imported(run, file)
    assert (ran.code, counts(report)) == (ExitCode.OK, (2, 0, 0, 0))
    assert listed(run) == [("1", "One", {"amount": "10"}, ["a", "b"]), ("2", "Two", {}, [])]
    assert counts(imported(run, file)[1]) == (0, 0, 2, 0)
    file.write_text("number,title,tags\n1,Uno,c\n2,,\n")
    assert counts(imported(run, file)[1]) == (0, 1, 1, 0)
    assert listed(run)[0] == ("1", "Uno", {"amount": "10"}, ["a", "b", "c"])
    first = json.loads(run("record", "show", "invoice:1", "-o", "json").out)
    assert first["source"] == "import:invoices.csv"


def test_bad_rows_are_told_by_their_line_and_the_others_taken(run: Run, file: Path) -> None:
    file.write_bytes(
        b'number,title\n1,"two\nlines"\n2,caf\xe9\n,no number\n3,x,y\n4,bell\x07\n'
        b'5,"a"b\n6,\x00\n7,,,\n'
    )
    ran, report = imported(run, file)
    assert ran.code == ExitCode.PARTIAL
    assert [each["line"] for each in report["errors"]] == [4, 5, 6, 7, 8, 9]
    assert "0xE9" in report["errors"][0]["message"]
    assert "line 5: the row has no number" in ran.err
    assert [each[:2] for each in listed(run)] == [("1", "two\nlines"), ("7", "")]


def test_a_file_of_bad_rows_alone_is_an_error(run: Run, file: Path) -> None:
    file.write_text("number,title\n,x\n")
    assert imported(run, file)[0].code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("number,title\n1,Grüße\n".encode(), ()),
        ("number,title\n1,Grüße\n".encode("utf-8-sig"), ()),
        ("number,title\r\n1,Grüße\r\n".encode("utf-16"), ()),
        ("number;title\r1;Grüße\r".encode("cp1252"), ("--encoding", "cp1252")),
        ("number\ttitle\n1\tGrüße".encode(), ()),
        ("Nr.,Betreff\n1,Grüße\n".encode(), ("--map", "Nr.=number", "--map", "Betreff=title")),
        ('[\n{"number": 1,\n"title": "Grüße"}\n]'.encode(), ("--format", "json")),
        (b'{"number": "1", "title": "Gr\\u00fc\\u00dfe"}', ("--format", "ndjson")),
    ],
)
def test_files_are_read_as_programs_write_them(
    run: Run, file: Path, content: bytes, words: tuple[str, ...]
) -> None:
    file.write_bytes(content)
    ran, report = imported(run, file, *words)
    assert (ran.code, counts(report)) == (ExitCode.OK, (1, 0, 0, 0)), ran.err
    assert listed(run) == [("1", "Grüße", {}, [])]


def test_columns_that_mean_nothing_are_told(run: Run, file: Path) -> None:
    file.write_text("number,Colour\n1,red\n")
    ran, report = imported(run, file)
    assert report["ignored"] == ["colour"]
    assert "colour" in ran.err


def test_a_dry_run_tells_what_would_come_and_keeps_nothing(run: Run, file: Path) -> None:
    rows = "".join(f"{number},\n" for number in range(600))
    file.write_text(f"number,title\n{rows}5,changed\n")
    assert counts(imported(run, file, "--dry-run")[1]) == (600, 1, 0, 0)
    assert listed(run) == []
    assert counts(imported(run, file)[1]) == (600, 1, 0, 0)


def test_a_row_is_known_by_its_id_first(run: Run, file: Path) -> None:
    file.write_text("number\n1\n2\n")
    imported(run, file)
    one, two = (each["id"] for each in json.loads(run("record", "list", "-o", "json").out))
    file.write_text(f"id,number\n{one},3\n{two},3\nrec_0000000000,2\n")
    ran, report = imported(run, file)
    assert counts(report) == (0, 1, 1, 1)
    assert report["errors"] == [{"line": 3, "message": f"invoice:3 is another record ({one})"}], (
        ran.err
    )


def test_an_export_is_read_back_as_it_was(run: Run, tmp_path: Path) -> None:
    texts = ["=1+1", "'=x", "''@y", "'plain", "-5", 'a "b", c;d', "two\nlines", "ä|b", "\t+x"]
    for number, text in enumerate(texts):
        ran = run(
            *("record", "add", f"invoice:{number}", "--title", text, "--field", f"note={text}"),
            *("--tag", "=tag"),
        )
        assert ran.code == ExitCode.OK, ran.err
    before = listed(run)
    for form in ("csv", "json", "ndjson"):
        out = run("record", "export", "--format", form).out
        path = tmp_path / f"all.{form}"
        path.write_text(out)
        assert counts(json.loads(run("record", "import", str(path), "-o", "json").out)) == (
            *(0, 0, len(texts), 0),
        )
        assert run("record", "type", "remove", "invoice", "--yes").code == 0
        define_invoices(run)
        assert run("record", "import", str(path)).code == ExitCode.OK
        assert listed(run) == before


def test_a_spreadsheet_finds_no_formula(run: Run) -> None:
    run("record", "add", "invoice:=1", "--title", "=HYPERLINK(1)", "--tag", "@x")
    _, row = run("record", "export", "--type", "invoice").out.splitlines()
    assert row.partition(",")[2] == "invoice,'=1,'=HYPERLINK(1),,'@x,,"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"number,caf\xe9\n1,\n", ()),
        (b'"number\n1,\n', ()),
        (b"," * 1_000_000 + b"\n1\n", ()),
        (b"number\n1\n", ("--encoding", "klingon")),
        (b"number\n1\n", ("--map", "number")),
        (b"\xff[]", ("--format", "json")),
    ],
)
def test_what_is_no_table_is_refused(
    run: Run, file: Path, content: bytes, words: tuple[str, ...]
) -> None:
    file.write_bytes(content)
    ran, _ = imported(run, file, *words)
    assert ran.code == ExitCode.USAGE
    assert ran.out == ""
    assert len(ran.err) < 1_000


@pytest.mark.parametrize(
    ("bad", "format_"),
    [
        (b'1,"' + b"x" * 1_100_000 + b'"\n', "csv"),
        (b"1," + b"x" * 9_000_000 + b"\n", "csv"),
        (b"1" + b"," * 1_000_000 + b"x\n", "csv"),
        (b"1," + b"x" * 500_000 + b"\n", "csv"),
        (b"[" * 100_000 + b"\n", "ndjson"),
        (b'{"number": "\\ud800"}\n', "ndjson"),
        (b'{"number": "1", "title": "\\u0000"}\n', "ndjson"),
        (b'{"number": ' + b"9" * 10_000 + b"}\n", "ndjson"),
        (b'{"type": "\\ud800", "number": "1"}\n', "ndjson"),
        (b'{"id": "\\ud800", "number": "1"}\n', "ndjson"),
        (b'{"number": {"a": 1}, "type": 7}\n', "ndjson"),
        (b"7\n", "ndjson"),
    ],
)
def test_a_hostile_row_does_not_stop_the_others(
    run: Run, file: Path, bad: bytes, format_: str
) -> None:
    good = b"2,good\n" if format_ == "csv" else b'{"number": "2", "title": "good"}\n'
    head = b"number,title\n" if format_ == "csv" else b""
    file.write_bytes(head + bad + good)
    ran, report = imported(run, file, "--format", format_)
    assert ran.code == ExitCode.PARTIAL, ran.err
    assert counts(report) == (1, 0, 0, 1)
    assert len(ran.err) < 1_000
    assert [each[:2] for each in listed(run)] == [("2", "good")]


def test_a_quote_that_is_never_closed_is_an_error_of_the_line_it_begins_in(
    run: Run, file: Path
) -> None:
    file.write_text('number,title\n1,x\n2,"y\n3,z\n')
    ran, report = imported(run, file)
    assert ran.code == ExitCode.PARTIAL
    assert [each["line"] for each in report["errors"]] == [3]


def test_a_file_that_is_not_there_and_one_of_no_known_kind_are_refused(run: Run) -> None:
    assert imported(run, Path("/nowhere/a.csv"))[0].code == ExitCode.USAGE
    assert run("record", "import", "-").code == ExitCode.USAGE
    assert run("record", "import", "x.csv", "--type", "case").code == ExitCode.USAGE


def test_rows_come_from_standard_input(run: Run, spawn: Spawn) -> None:
    ran = spawn(
        *("record", "import", "-", "--format", "ndjson", "-o", "json"),
        typed='{"type": "invoice", "number": "1", "fields": {"amount": 1.5, "note": null}}\n',
    )
    assert (ran.code, counts(json.loads(ran.out))) == (ExitCode.OK, (1, 0, 0, 0)), ran.err
    assert listed(run) == [("1", "", {"amount": "1.5"}, [])]


def test_a_killed_import_leaves_whole_batches_and_the_next_one_goes_on(
    run: Run, spawn: Spawn, home: Path
) -> None:
    rows = "".join(f'{{"type": "invoice", "number": "{n}"}}\n' for n in range(1200))
    with subprocess.Popen(
        spawn.words("record", "import", "-", "--format", "ndjson"),
        stdin=subprocess.PIPE,
        env={**os.environ, "MAILCTL_HOME": str(home)},
        text=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(rows)  # more may come, so that it waits for the third batch
        process.stdin.flush()
        deadline = time.monotonic() + 30
        while len(listed(run)) < 1000 and time.monotonic() < deadline:
            time.sleep(0.1)
        process.kill()
        process.stdin.close()
    assert len(listed(run)) == 1000
    again = spawn("record", "import", "-", "--format", "ndjson", "-o", "json", typed=rows)
    assert counts(json.loads(again.out)) == (200, 0, 1000, 0)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux")
def test_the_memory_of_an_import_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for count in (6_000, 24_000):
        path = tmp_path / f"{count}.csv"
        path.write_text("number,title\n" + "".join(f"{n},{'x' * 200}\n" for n in range(count)))
        peaks.append(run_and_peak("record", "import", str(path), "--type", "invoice")[1])
    assert peaks[1] < peaks[0] + 16_000, f"KiB: {peaks}"  # SQLite's cache fills up


def test_an_export_heeds_the_common_option_where_nothing_else_says_how(run: Run) -> None:
    for noun in ("record", "contact"):
        assert json.loads(run(noun, "export", "-o", "json").out) == []
        assert json.loads(run(noun, "export", "-o", "csv", "--format", "json").out) == []
