"""A Secret does not come out by accident."""

import copy
import json
import logging
import pickle
import traceback

import pytest

from mailctl.domain.secret import Secret, SecretRef, SecretScheme

CANARY = "C4n4ry-7f3k"
SECRET = Secret(CANARY)


@pytest.mark.parametrize(
    "shown",
    [
        repr(SECRET),
        str(SECRET),
        f"{SECRET}",
        f"{SECRET!r}",
        "{}".format(SECRET),  # noqa: UP032 (a way of its own to print)
        "%s %r" % (SECRET, SECRET),  # noqa: UP031
        repr([SECRET]),
        repr({"password": SECRET}),
    ],
)
def test_it_does_not_print_itself(shown: str) -> None:
    assert CANARY not in shown
    assert "Secret(…)" in shown


def test_it_cannot_be_formatted_to_a_width() -> None:
    with pytest.raises(TypeError) as refused:
        format(SECRET, ">20")
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_cannot_be_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(SECRET, protocol)


def test_it_cannot_be_written_as_json() -> None:
    with pytest.raises(TypeError) as refused:
        json.dumps({"password": SECRET})
    assert CANARY not in str(refused.value)


def test_it_cannot_be_copied_by_the_way() -> None:
    with pytest.raises(TypeError):
        copy.deepcopy({"password": SECRET})


def test_it_has_no_attributes_to_dump() -> None:
    with pytest.raises(TypeError):
        vars(SECRET)


def test_two_are_never_equal_so_that_nothing_compares_them_by_accident() -> None:
    assert Secret(CANARY) != Secret(CANARY)


def test_a_traceback_with_its_locals_does_not_show_it() -> None:
    assert CANARY not in _traceback_with_locals(SECRET)


def _traceback_with_locals(password: Secret) -> str:
    with pytest.raises(TypeError) as raised:
        int(password)  # type: ignore[call-overload]
    shown = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    return "".join(shown.format())


def test_a_log_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("mailctl").error("login %s %r", SECRET, {"password": SECRET})
    assert CANARY not in caplog.text


def test_it_is_revealed_on_demand_and_knows_whether_it_is_empty() -> None:
    assert SECRET.reveal() == CANARY
    assert SECRET
    assert not Secret("")


def test_a_reference_names_its_place() -> None:
    assert str(SecretRef(SecretScheme.COMMAND, "pass show a:b")) == "command:pass show a:b"
