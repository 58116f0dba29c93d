"""People and organisations: kept, found, changed, taken over from files and given back."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailctl.core.contacts.rows import rows
from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.memory import run_and_peak
from tests.soak import count

GOOGLE = (
    "Given Name,Family Name,E-mail 1 - Value,Phone 1 - Value,Organization Name,Labels\n"
    "Ben,O'Hara,ben@beta.example,+49 30 12345,Beta,* myContacts ::: vip\n"
)
CARD = (
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Dan\r\nEMAIL;TYPE=work:dan@x.example\r\n"
    'TEL;VALUE=uri;TYPE="voice,cell":tel:+49-30-123\r\nORG:Delta;R&D\r\nEND:VCARD\r\n'
)
OUTLOOK = (
    '"First Name","Last Name","E-mail Address","E-mail 2 Address","Business Phone","Company"\n'
    '"Cy","Müller","cy@x.example","cy@y.example","+49 30 777","Gamma, Inc."\n'
)


def told(run: Run, *words: str, code: int = ExitCode.OK, typed: str | bytes = "") -> Any:
    ran = run(*words, "-o", "json", typed=typed)
    assert ran.code == code, (ran.out, ran.err)
    return json.loads(ran.out)


def names(run: Run, *words: str) -> list[str]:
    return [each["name"] for each in told(run, "contact", "list", *words)]


@pytest.fixture
def ada(run: Run) -> dict[str, Any]:
    told(run, "company", "add", "--name", "Acme", "--domain", "acme.example")
    made: dict[str, Any] = told(
        run,
        *("contact", "add", "--name", "Ada Lovelace", "--email", "Ada@ACME.example|work"),
        *("--phone", "+49 30 123456", "--company", "acme.example", "--tag", "vip"),
    )
    return made


def test_a_contact_is_kept_as_it_was_said(ada: dict[str, Any]) -> None:
    assert (ada["name"], ada["company"], ada["tags"]) == ("Ada Lovelace", "Acme", ["vip"])
    assert ada["emails"] == [{"value": "Ada@acme.example", "type": "work", "ext": None}]
    assert ada["phones"] == [{"value": "+4930123456", "type": None, "ext": None}]
    assert (ada["source"], ada["id"][:4]) == ("manual", "con_")


@pytest.mark.parametrize("name", ["ada@acme.example", "ADA LOVELACE", "id"])
def test_a_contact_is_found_by_id_address_and_name(
    run: Run, ada: dict[str, Any], name: str
) -> None:
    word = ada["id"] if name == "id" else name
    assert told(run, "contact", "show", word) == ada


@pytest.mark.usefixtures("ada")
def test_an_address_belongs_to_one_contact_unless_it_is_said_to_be_shared(run: Run) -> None:
    words = ("contact", "add", "--name", "Other", "--email", "ada@acme.example")
    assert run(*words).code == ExitCode.CONFLICT
    assert run(*words, "--allow-duplicate").code == ExitCode.OK
    ran = run("contact", "show", "ada@acme.example", "-o", "json")
    assert ran.code == ExitCode.USAGE
    assert len(json.loads(ran.err)["error"]["candidates"]) == 2


def test_a_contact_is_changed_field_by_field(run: Run, ada: dict[str, Any]) -> None:
    told(run, "company", "add", "--name", "Beta")
    after = told(
        run,
        *(
            "contact",
            "set",
            ada["id"],
            "job-title=CTO",
            "company+=Beta",
            "phone+=0170 1234567|mobile",
        ),
        *("email-=ada@acme.example", "tags+=a,b", "tags-=vip", "--region", "DE"),
    )
    assert (after["job_title"], after["emails"], after["tags"]) == ("CTO", [], ["a", "b"])
    assert [each["name"] for each in after["companies"]] == ["Acme", "Beta"]
    assert [(p["value"], p["type"]) for p in after["phones"]] == [
        ("+4930123456", None),
        ("+491701234567", "mobile"),
    ]
    assert told(run, "contact", "set", ada["id"], "job-title=")["job_title"] == ""


@pytest.mark.parametrize(
    "change",
    [
        *("nonsense", "nonsense=1", "email=nobody", "phone=12", "phone=0301234", "web=x y"),
        *("name=", "name=a\x1bb", "job-title+=x", "email=", ""),
    ],
)
def test_a_bad_change_changes_nothing(run: Run, ada: dict[str, Any], change: str) -> None:
    if change == "email=":
        assert told(run, "contact", "set", ada["id"], change)["emails"] == []
        return
    assert run("contact", "set", ada["id"], change).code == ExitCode.USAGE
    assert told(run, "contact", "show", ada["id"]) == ada


@pytest.mark.usefixtures("ada")
def test_a_name_or_a_domain_is_of_one_company(run: Run) -> None:
    assert run("company", "add", "--name", "ACME").code == ExitCode.CONFLICT
    words = ("company", "add", "--name", "Other", "--domain", "ACME.example")
    assert run(*words).code == ExitCode.CONFLICT
    told(run, "company", "set", "acme.example", "domain+=acme.test")
    assert told(run, "company", "show", "acme.test")["domains"] == ["acme.example", "acme.test"]
    assert run("company", "show", "nobody.example").code == ExitCode.NOT_FOUND


def test_a_company_with_people_goes_when_one_is_sure(run: Run, ada: dict[str, Any]) -> None:
    ran = run("company", "remove", "acme.example", "-o", "json")
    assert ran.code == ExitCode.GUARD
    assert json.loads(ran.err)["error"]["contacts"] == 1
    assert run("company", "remove", "acme.example", "--yes").code == ExitCode.OK
    assert told(run, "contact", "show", ada["id"])["companies"] == []


@pytest.mark.usefixtures("ada")
def test_without_a_terminal_nobody_is_forgotten_without_a_yes(run: Run) -> None:
    assert run("contact", "remove", "ada@acme.example", "--no-input").code != ExitCode.OK
    assert names(run) == ["Ada Lovelace"]
    assert run("contact", "remove", "ada@acme.example", "--yes").code == ExitCode.OK
    assert names(run) == []


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("google.csv", GOOGLE, ("Ben O'Hara", ["ben@beta.example"], ["+493012345"], "Beta")),
        (
            "outlook.csv",
            OUTLOOK,
            ("Cy Müller", ["cy@x.example", "cy@y.example"], ["+4930777"], "Gamma, Inc."),
        ),
        (
            "card.vcf",
            CARD,
            ("Dan", ["dan@x.example"], ["+4930123"], "Delta"),
        ),
        (
            "one.ndjson",
            '{"name": "Eve", "emails": [{"value": "eve@x.example"}], "companies": ["Epsilon"]}\n',
            ("Eve", ["eve@x.example"], [], "Epsilon"),
        ),
    ],
)
def test_a_file_of_another_program_is_taken_over_once(
    run: Run, tmp_path: Path, file: str, content: str, expected: tuple[object, ...]
) -> None:
    (tmp_path / file).write_text(content, newline="")
    report = told(run, "contact", "import", str(tmp_path / file))
    assert (report["created"], report["failed"]) == (1, 0)
    (contact,) = told(run, "contact", "list")
    assert (
        contact["name"],
        [each["value"] for each in contact["emails"]],
        [each["value"] for each in contact["phones"]],
        contact["company"],
    ) == expected
    assert contact["source"] == f"import:{file}"
    again = told(run, "contact", "import", str(tmp_path / file))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)


@pytest.mark.parametrize("format_", ["csv", "vcard", "vcard4", "json", "ndjson"])
def test_what_is_exported_changes_nothing_when_it_comes_back(
    run: Run, ada: dict[str, Any], format_: str
) -> None:
    told(run, "contact", "set", ada["id"], "address=Street 1, 12345 Town|work", "web=x.example")
    before = told(run, "contact", "list")
    text = run("contact", "export", "--format", format_).out
    kind = "vcard" if format_.startswith("vcard") else format_
    report = told(run, "contact", "import", "-", "--format", kind, typed=text)
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 1)
    assert told(run, "contact", "list") == before
    told(run, "contact", "remove", ada["id"], "--yes")
    told(run, "contact", "import", "-", "--format", kind, typed=text)
    (after,) = told(run, "contact", "list")
    kept = ("name", "emails", "phones", "webs", "addresses", "tags", "company")
    assert {name: after[name] for name in kept} == {name: before[0][name] for name in kept}


def test_bad_rows_are_told_by_their_line_and_the_others_taken(run: Run) -> None:
    text = "name,email\nAda,ada@x.example\nBad,nope\nToo,many,cells\n\nBen,ben@x.example\n"
    report = told(run, "contact", "import", "-", "--format", "csv", typed=text, code=3)
    assert (report["created"], report["failed"]) == (2, 2)
    assert [each["line"] for each in report["errors"]] == [3, 4]
    assert names(run) == ["Ada", "Ben"]


def test_cells_that_look_like_formulas_go_out_harmless_and_come_back(run: Run) -> None:
    for number, name in enumerate(("=1+1", "+x", "-x", "@x", "＝x")):
        told(run, "contact", "add", "--name", name, "--email", f"a{number}@x.example")
    text = run("contact", "export").out
    cells = [row["name"] for row in csv.DictReader(io.StringIO(text))]
    assert all(cell.startswith("'") for cell in cells)
    report = told(run, "contact", "import", "-", "--format", "csv", typed=text)
    assert report["unchanged"] == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_its_encoding(run: Run, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes("name,email\nJörg,j@x.example\n".encode(encoding))
    said = ("--encoding", "cp1252") if encoding == "cp1252" else ()
    told(run, "contact", "import", str(tmp_path / "a.csv"), *said)
    assert names(run) == ["Jörg"]


def test_text_in_another_encoding_is_said_to_be(run: Run, tmp_path: Path) -> None:
    ascii_ = "".join(f"Person {n},p{n}@x.example\n" for n in range(1000))
    text = f"name,email\n{ascii_}Jörg,j@x.example\n"
    (tmp_path / "a.csv").write_bytes(text.encode("cp1252"))
    report = told(run, "contact", "import", str(tmp_path / "a.csv"), code=ExitCode.PARTIAL)
    (error,) = report["errors"]
    assert (error["line"], "encoding" in error["message"]) == (1002, True)


RAW_CARD = b"BEGIN:VCARD\nVERSION:3.0\nFN:%s\nEMAIL:%s@x.example\nEND:VCARD\n"


@pytest.mark.parametrize(
    ("format_", "head", "bad", "good", "line"),
    [
        ("csv", b"name,email\n", b"J\xf6rg,j@x.example\n", b"Ada,a@x.example\n", 2),
        ("csv", b"name;email\n", b"J\xf6rg;j@x.example\n", b"Ada;a@x.example\n", 2),
        ("ndjson", b"", b'{"name": "J\xf6rg"}\n', b'{"name": "Ada"}\n', 1),
        ("ndjson", b"", b'{"name": "\\ud800"}\n', b'{"name": "Ada"}\n', 1),
        ("vcard", b"", RAW_CARD % (b"J\xf6rg", b"j"), RAW_CARD % (b"Ada", b"a"), 1),
    ],
)
def test_a_row_that_is_no_text_is_told_by_its_line_and_those_behind_it_are_taken(
    run: Run, format_: str, head: bytes, bad: bytes, good: bytes, line: int
) -> None:
    words = ("contact", "import", "-", "--format", format_)
    ran = run(*words, "--quiet", typed=head + bad + good)
    assert ran.code == ExitCode.PARTIAL
    assert ran.err.startswith(f"mailctl: line {line}: "), "as loud as for records"
    assert names(run) == ["Ada"]


def test_columns_of_one_name_all_count(run: Run) -> None:
    text = "name,email,email\nAda,a@x.example,b@x.example\n"
    told(run, "contact", "import", "-", "--format", "csv", typed=text)
    (ada,) = told(run, "contact", "list")
    assert [each["value"] for each in ada["emails"]] == ["a@x.example", "b@x.example"]


def test_an_array_may_be_laid_out_in_any_way(run: Run) -> None:
    text = json.dumps([{"name": "Ada"}, {"name": "Ben"}], indent=2)
    told(run, "contact", "import", "-", "--format", "json", typed=text)
    assert names(run) == ["Ada", "Ben"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing,known\n1,2\n",
        "name\n" + "x" * (2 << 20) + "\n",
        "name\n\0\n",
        'name\n"open\n',
        ",".join("x" * 3 for _ in range(100_000)) + "\n",
        "BEGIN:VCARD\n" * 10_000,
        "BEGIN:VCARD\nVERSION:3.0\nFN:a\nPHOTO;ENCODING=b:" + "A" * (6 << 20) + "\nEND:VCARD\n",
        "[" * 100_000,
    ],
    ids=range(9),
)
@pytest.mark.parametrize("format_", ["csv", "vcard", "ndjson"])
def test_a_hostile_file_ends_in_a_clear_way(run: Run, text: str, format_: str) -> None:
    ran = run("contact", "import", "-", "--format", format_, typed=text)
    assert ran.code in {ExitCode.OK, ExitCode.PARTIAL, ExitCode.USAGE}, ran


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_any_text_is_read_as_rows(text: str) -> None:
    for form, written in (
        ("ndjson", text),
        ("vcard", f"BEGIN:VCARD\nVERSION:3.0\n{text}\nEND:VCARD\n"),
        ("csv", f"name,email\n{text}"),
    ):
        file = io.BytesIO(written.encode())
        with rows("-", file, form=form, encoding=None, mapping={}) as found:
            list(found)


def test_a_dry_run_keeps_nothing(run: Run) -> None:
    report = told(run, "contact", "import", "-", "--format", "csv", "--dry-run", typed=GOOGLE)
    assert (report["created"], report["is_dry_run"]) == (1, True)
    assert (names(run), told(run, "company", "list")) == ([], [])


def test_a_column_may_be_named(run: Run) -> None:
    text = "Mensch,E-Mail privat\nAda,ada@x.example\n"
    words = ("contact", "import", "-", "--format", "csv", "--map", "Mensch=name")
    told(run, *words, "--map", "E-Mail privat=email", typed=text)
    assert told(run, "contact", "list")[0]["email"] == "ada@x.example"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux")
def test_many_contacts_are_taken_over_twice_in_bounded_memory(tmp_path: Path) -> None:
    rows = count(3_000, 50_000)
    with (tmp_path / "many.csv").open("w") as file:
        file.write("name,email,phone,company\n")
        for number in range(rows):
            file.write(f"Person {number},p{number}@x.example,+4930{number:07},C{number % 50}\n")
    words = ("contact", "import", str(tmp_path / "many.csv"), "-o", "json")
    (first, first_kb), (second, second_kb) = (run_and_peak(*words) for _ in range(2))
    assert json.loads(first)["created"] == rows
    told = json.loads(second)
    assert (told["unchanged"], told["created"], told["updated"]) == (rows, 0, 0)
    assert max(first_kb, second_kb) < 100_000


def companies(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(run, "company", "list")
    return found


COMPANIES = (
    "Company name,Company domain,Phone number,Website,Tags,Owner\n"
    "Acme,acme.example;ACME.test,+49 30 1,https://acme.example,customer;big,zoe\n"
    "Beta,beta.example,,,,\n"
)
MAP = ("--map", "Company domain=domains", "--map", "Phone number=phone")


def test_companies_of_a_file_are_taken_over_once(run: Run) -> None:
    words = ("company", "import", "-", "--format", "csv", *MAP)
    assert told(run, *words, typed=COMPANIES)["created"] == 2
    acme, beta = companies(run)
    assert (acme["name"], acme["domains"]) == ("Acme", ["acme.example", "acme.test"])
    assert (acme["owner"], acme["tags"]) == ("zoe", ["customer", "big"])
    assert ([each["value"] for each in acme["webs"]], acme["source"]) == (
        ["https://acme.example"],
        "import:stdin",
    )
    assert beta["domains"] == ["beta.example"]
    again = told(run, *words, typed=COMPANIES)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)


@pytest.mark.parametrize("format_", ["csv", "json", "ndjson"])
def test_exported_companies_change_nothing_when_they_come_back(run: Run, format_: str) -> None:
    told(
        run,
        *("company", "add", "--name", "=Acme, Inc.", "--domain", "acme.example", "--tag", "vip"),
        *("--email", "info@acme.example|work", "--phone", "+49 30 123456|fax", "--owner", "zoe"),
        *("--address", "Street 1, 12345 Town|work", "--web", "https://acme.example"),
    )
    (before,) = companies(run)
    text = run("company", "export", "--format", format_).out
    words = ("company", "import", "-", "--format", format_)
    assert told(run, *words, typed=text)["unchanged"] == 1
    assert companies(run) == [before]
    told(run, "company", "remove", before["id"], "--yes")
    assert told(run, *words, typed=text)["created"] == 1
    (after,) = companies(run)
    changed = {"id", "source", "created_at", "changed_at"}
    assert {k: v for k, v in after.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }


def test_a_row_is_the_company_of_its_domain_whatever_it_calls_it(run: Run) -> None:
    told(run, "company", "add", "--name", "Acme", "--domain", "acme.example")
    text = "name,domain,domain\nAcme Incorporated,acme.example,acme.test\n"
    report = told(run, "company", "import", "-", "--format", "csv", typed=text)
    assert report["updated"] == 1
    (acme,) = companies(run)
    assert (acme["name"], acme["domains"]) == (
        "Acme Incorporated",
        ["acme.example", "acme.test"],
    )


def test_rows_that_may_be_several_companies_are_left_out_by_line(run: Run) -> None:
    for name in ("acme", "beta"):
        told(run, "company", "add", "--name", name, "--domain", f"{name}.example")
    text = (
        "name,domain\nboth,acme.example;beta.example\nbeta,acme.example\n,\n"
        "x,no domain\nGamma,gamma.example\n"
    )
    words = ("company", "import", "-", "--format", "csv")
    report = told(run, *words, typed=text, code=ExitCode.PARTIAL)
    assert report["created"] == 1
    assert [each["line"] for each in report["errors"]] == [2, 3, 5]


def test_a_dry_import_of_companies_keeps_nothing(run: Run) -> None:
    words = ("company", "import", "-", "--format", "csv", *MAP, "--dry-run")
    assert told(run, *words, typed=COMPANIES)["created"] == 2
    assert companies(run) == []


def test_mail_is_linked_to_the_companies_of_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"From: x@beta.example\r\nSubject: x\r\n\r\ny\r\n")
    assert run("message", "import", str(tmp_path / "a.eml")).code == ExitCode.OK
    told(run, "company", "import", "-", "--format", "csv", *MAP, typed=COMPANIES)
    (link,) = told(run, "link", "list")
    assert (link["kind"], link["name"]) == ("company", "Beta")
