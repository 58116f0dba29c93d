"""Events in calendar objects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.addresses import Person
from mailctl.domain.content import Attendee, EventTime, Invitation
from mailctl.mail.invitations import read_invitation
from tests.mail.nasty.kind_cases import EVENT


def event(*lines: str) -> Invitation:
    octets = "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"]).encode()
    found = read_invitation(octets, None)
    assert found is not None
    return found


def test_an_event_is_told_as_its_writer_wrote_it() -> None:
    assert read_invitation(EVENT, "utf-8") == Invitation(
        method="request",
        uid="1@x",
        summary="Pläne, 2024",
        starts=EventTime("2024-03-01T10:00:00", "Europe/Berlin"),
        ends=EventTime("2024-03-01T11:30:00", "Europe/Berlin"),
        location="",
        organizer=Person("Ada; L", "ada@x.example"),
        attendees=(Attendee(Person("Ben", "ben@x.example"), "accepted"),),
        is_recurring=False,
    )


@pytest.mark.parametrize(
    ("lines", "ends"),
    [
        (["DTSTART:20240301T100000Z", "DTEND:20240301T110000Z"], "2024-03-01T11:00:00Z"),
        (["DTSTART;VALUE=DATE:20240228", "DURATION:P2D"], "2024-03-01"),
        (["DTSTART:20240228", "DURATION:P1W"], "2024-03-06"),
        (["DTSTART:20240228", "DURATION:PT36H"], "2024-02-29T12:00:00"),
        (["DTSTART:20240228T230000", "DURATION:PT1H30M"], "2024-02-29T00:30:00"),
        (["DTSTART:99991231", "DURATION:P9D"], "None"),
        (["DTSTART:20240228", "DURATION:-P1D"], "None"),
        (["DTSTART:20240228", "DURATION:P" + "9" * 5_000 + "D"], "None"),
        (["DURATION:P1D"], "None"),
        (["DTSTART:20240228T250000", "DTEND:20240228T256000"], "None"),
        (["DTEND;TZID=W. Europe Standard Time:20240228T100000"],
         "2024-02-28T10:00:00 W. Europe Standard Time"),
    ],
)  # fmt: skip
def test_an_event_ends_when_it_says_or_after_its_length(lines: list[str], ends: str) -> None:
    assert str(event(*lines).ends) == ends


def test_lines_are_unfolded_and_their_signs_undone() -> None:
    found = event("SUMMARY;LANGUAGE=de:a\\, b\\; c\\\\n\\nd", "LOCATION:long ", " line", "RRULE:x")
    assert (found.summary, found.location) == ("a, b; c\\n\nd", "long line")
    assert found.is_recurring


def test_the_method_of_the_part_stands_in_for_one_that_is_missing() -> None:
    found = read_invitation(b"BEGIN:VEVENT\nUID:1\n", None, "REPLY")
    assert found is not None
    assert found.method == "reply"


def test_of_several_events_the_first_is_told() -> None:
    found = event("UID:1", "END:VEVENT", "BEGIN:VEVENT", "UID:2", "LOCATION:x")
    assert (found.uid, found.location) == ("1", "")


def test_attendees_are_as_many_as_anybody_asks() -> None:
    assert len(event(*["ATTENDEE:mailto:a@b.example"] * 5_000).attendees) == 1_000


LINES = st.sampled_from(
    [
        *(
            b"BEGIN:VEVENT\n",
            b"END:VEVENT\n",
            b"BEGIN:X\n",
            b"DTSTART",
            b"DTEND",
            b"DURATION",
            b":",
        ),
        *(b"P1D\n", b"20240301", b"T100000", b"Z\n", b";TZID=", b'"', b"ATTENDEE", b"\r\n ", b"\n"),
    ]
)


@given(st.lists(LINES | st.binary(max_size=4), max_size=30).map(b"".join))
def test_any_octets_give_an_event_or_none(octets: bytes) -> None:
    read_invitation(octets, None)
