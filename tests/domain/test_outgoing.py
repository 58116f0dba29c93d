"""What becomes of a mail and of each of its recipients, whatever happens in whatever order."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.ids import AccountId, MessageId
from mailctl.domain.outgoing import (
    GIVE_UP_AFTER,
    CopyState,
    OutgoingId,
    OutgoingMessage,
    OutgoingState,
    Recipient,
    RecipientKind,
    SentCopy,
    begun,
    concluded,
    delay_after,
    handed_over,
    interrupted,
    is_due,
    is_settled_elsewhere,
    joint_state,
    pending,
)
from tests.domain.moments import NOON

STATE = OutgoingState
ENDS = (STATE.SENT, STATE.DEFERRED, STATE.FAILED, STATE.UNCERTAIN)
WHY = {"message": "why"}
ADDRESSES = tuple(f"{number}@x.example" for number in range(4))
STATES = st.lists(st.sampled_from(list(STATE)), min_size=1, max_size=4)


@st.composite
def attempts(draw: st.DrawFn) -> tuple[dict[str, OutgoingState], dict[str, OutgoingState], str]:
    """Who is refused before the data, what is said after them, and where the process is killed."""
    refused = draw(
        st.dictionaries(st.sampled_from(ADDRESSES), st.sampled_from([STATE.DEFERRED, STATE.FAILED]))
    )
    after = draw(st.fixed_dictionaries({each: st.sampled_from(ENDS) for each in ADDRESSES}))
    return refused, after, draw(st.sampled_from(["nowhere", "before the data", "after the data"]))


def mail(*states: OutgoingState) -> OutgoingMessage:
    return OutgoingMessage(
        id=OutgoingId("out_1"),
        account=AccountId("acc_1"),
        address="ada@x.example",
        sender="ada@x.example",
        rfc_message_id="1@x.example",
        message=MessageId("msg_1"),
        subject="",
        recipients=tuple(
            Recipient(address, RecipientKind.TO, state)
            for address, state in zip(ADDRESSES, states, strict=False)
        ),
        state=joint_state(Recipient("", RecipientKind.TO, each) for each in states),
        created_at=NOON,
        size_bytes=1,
        copy=SentCopy(CopyState.WANTED),
    )


@given(st.lists(attempts(), max_size=6))
def test_nobody_who_may_have_it_is_sent_it_again(
    story: list[tuple[dict[str, OutgoingState], dict[str, OutgoingState], str]],
) -> None:
    message, may_have_it, at = mail(*[STATE.QUEUED] * 4), Counter[str](), NOON
    for refused, after, killed in story:
        at += timedelta(minutes=1)
        wanted = pending(message)
        if not wanted:
            break
        message = begun(message, at=at)
        if killed == "before the data":
            message = interrupted(message, WHY)
            assert pending(message) == wanted
            continue
        out = {each: (state, WHY) for each, state in refused.items() if each in wanted}
        message = handed_over(message, out, at=at)
        taken = [each for each in wanted if each not in out]
        ends = {each: (after[each], WHY) for each in taken}
        if killed == "after the data":
            message = interrupted(message, WHY)
            may_have_it.update(taken)
        else:
            message = concluded(message, {**ends, **out}, at=at)
            may_have_it.update(e for e in taken if after[e] in {STATE.SENT, STATE.UNCERTAIN})
        check(message, may_have_it)


def check(message: OutgoingMessage, may_have_it: Counter[str]) -> None:
    assert all(times == 1 for times in may_have_it.values())
    assert not set(pending(message)) & may_have_it.keys()
    assert message.state is joint_state(message.recipients)
    assert all(each.state is not STATE.SENDING for each in message.recipients)
    assert (message.sent_at is not None) == bool(message.accepted)
    if message.state is STATE.UNCERTAIN:
        assert message.handed_over_at is not None


@given(STATES)
def test_who_waits_comes_before_who_is_refused_and_that_before_who_has_it(
    states: list[OutgoingState],
) -> None:
    found = joint_state(Recipient("", RecipientKind.TO, each) for each in states)
    assert found in states or found is STATE.SENT
    assert (found is STATE.SENT) == (set(states) <= {STATE.SENT, STATE.CANCELLED})
    if STATE.UNCERTAIN in states:
        assert found is STATE.UNCERTAIN


def test_an_attempt_for_the_rest_keeps_the_moment_from_which_the_others_may_have_it() -> None:
    before = replace(mail(STATE.UNCERTAIN, STATE.DEFERRED), handed_over_at=NOON)
    assert begun(before, at=NOON + timedelta(hours=1)).handed_over_at == NOON


def test_an_attempt_killed_before_the_data_makes_nobody_uncertain() -> None:
    before = replace(mail(STATE.UNCERTAIN, STATE.DEFERRED), handed_over_at=NOON)
    after = interrupted(begun(before, at=NOON), WHY)
    assert [each.state for each in after.recipients] == [STATE.UNCERTAIN, STATE.DEFERRED]
    assert after.error is None


@given(st.integers(1, 50), st.integers(-300_000, 600_000))
def test_a_clock_that_was_wrong_postpones_a_try_by_no_more_than_the_longest_delay(
    number: int, hours_off: int
) -> None:
    at = NOON + timedelta(hours=hours_off)
    message = replace(mail(STATE.DEFERRED), attempts=number, next_try_at=at + delay_after(number))
    assert any(is_due(message, at=NOON + timedelta(hours=hours)) for hours in range(6))


def test_a_time_that_a_person_said_is_waited_for_however_far_off() -> None:
    message = replace(mail(STATE.QUEUED), send_at=NOON + timedelta(days=400))
    assert not is_due(message, at=NOON, is_hasty=True)
    assert is_due(message, at=NOON + timedelta(days=400))


@given(st.integers(-5, 1000))
def test_delays_never_shrink(number: int) -> None:
    assert timedelta() < delay_after(number) <= delay_after(number + 1) < GIVE_UP_AFTER


@given(st.sampled_from(list(STATE)), st.sampled_from(list(STATE)))
def test_what_a_person_ended_stays_ended(ours: OutgoingState, stored: OutgoingState) -> None:
    first, second = replace(mail(), state=ours), replace(mail(), state=stored)
    is_ended = stored in {STATE.CANCELLED, STATE.SENT} and ours is not stored
    assert is_settled_elsewhere(first, second) == is_ended


def test_a_mail_that_lay_on_a_machine_that_was_off_is_tried_as_often_as_any() -> None:
    message, at, tries = mail(STATE.QUEUED), NOON + timedelta(days=7), 0
    while pending(message):
        message = begun(message, at=at)
        message = concluded(message, {ADDRESSES[0]: (STATE.DEFERRED, WHY)}, at=at)
        at, tries = message.next_try_at or at, tries + 1
    assert (message.state, tries) == (STATE.FAILED, 8)
    assert at - NOON - timedelta(days=7) > timedelta(hours=7)
