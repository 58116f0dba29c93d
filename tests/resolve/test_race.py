"""Steps side by side: which of them counts, how long is waited, and what is left running."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.domain.resolution import Outcome, Trust
from mailctl.resolve.race import GRACE_S, HEAD_START_S, Finish, Race, Step, ranked
from mailctl.resolve.verdicts import Verdict
from tests.resolve.worlds import custom

T = TypeVar("T")
NOTHING = Verdict(Outcome.MISS, "nothing")
FAILED = Verdict(Outcome.SERVFAIL, "the name server failed")


class _Skipping(selectors.DefaultSelector):
    """Lets the time of a wait pass without waiting."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "nothing will ever happen again"
            self.now += timeout
        return ready


class Hurrying(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next thing to do: seconds of a test take none."""

    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        return self._skipping.now


def hurried(main: Callable[[], Coroutine[object, object, T]]) -> T:
    with asyncio.Runner(loop_factory=Hurrying) as runner:
        return runner.run(main())


@dataclass
class Course:
    """A race of steps that end after so many seconds each, and all that could be seen of it."""

    steps: Sequence[tuple[str, Verdict, float]]
    limit_s: float = 5.0
    began: dict[str, float] = field(default_factory=dict)
    cut_short: list[str] = field(default_factory=list)
    left_running: int = 0
    took_s: float = 0.0
    finishes: list[Finish] = field(default_factory=list)

    def run(self) -> "Course":
        hurried(self._run)
        return self

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        first, *others = (Step(name, self._asking(name, v, s)) for name, v, s in self.steps)
        self.finishes = await Race(clock, clock() + self.limit_s).run(first, others)
        self.took_s = round(clock(), 6)
        self.left_running = len(asyncio.all_tasks()) - 1

    def _asking(
        self, name: str, verdict: Verdict, takes_s: float
    ) -> Callable[[], Coroutine[object, object, Verdict]]:
        async def ask() -> Verdict:
            self.began[name] = asyncio.get_running_loop().time()
            try:
                await asyncio.sleep(takes_s)
            except asyncio.CancelledError:
                self.cut_short.append(name)
                raise
            return verdict

        return ask

    @property
    def chosen(self) -> str | None:
        """The provider of the best verdict."""
        best = next(ranked(self.finishes), None)
        return best.provider.name if best and best.provider else None

    @property
    def outcomes(self) -> dict[str, Outcome]:
        return {finish.step: finish.verdict.outcome for finish in self.finishes}


def sure(name: str, trust: Trust = Trust.BUILTIN) -> Verdict:
    """Return the verdict for a provider that may be used unasked."""
    return Verdict(Outcome.HIT, "sure", provider=custom(name), trust=trust)


def half(name: str) -> Verdict:
    """Return the verdict for servers that only receive."""
    provider = replace(found(name), submission=None, can_send=False)
    return Verdict(Outcome.HIT, "half", provider=provider, trust=Trust.BOUNDED)


def suggested(name: str) -> Verdict:
    """Return the verdict for a known provider that a person has to agree to."""
    return replace(sure(name, Trust.UNAUTHENTICATED), outcome=Outcome.SUGGESTION)


def foreign(name: str) -> Verdict:
    """Return the verdict for servers that nothing vouches for."""
    return Verdict(Outcome.UNTRUSTED, "foreign", provider=found(name), trust=Trust.UNAUTHENTICATED)


def found(name: str) -> Provider:
    return custom(name, origin=Origin.DISCOVERED)


def test_the_first_step_alone_is_asked_where_it_decides() -> None:
    race = Course([("mx", sure("a"), 0.2), ("srv", sure("b"), 0), ("web", sure("c"), 0)]).run()
    assert (race.chosen, list(race.began)) == ("a", ["mx"])
    assert race.outcomes == {"mx": Outcome.HIT, "srv": Outcome.SKIPPED, "web": Outcome.SKIPPED}
    assert [finish.ms for finish in race.finishes] == [200.0, 0.0, 0.0]
    assert race.took_s == 0.2


@pytest.mark.parametrize("undecided", [NOTHING, FAILED, suggested("x")])
def test_the_others_begin_as_soon_as_the_first_step_decides_nothing(undecided: Verdict) -> None:
    race = Course([("mx", undecided, 0.05), ("srv", sure("b"), 0.1), ("web", NOTHING, 0.1)]).run()
    assert race.began == {"mx": 0.0, "srv": 0.05, "web": 0.05}
    assert race.chosen == "b"
    assert race.took_s == 0.15


def test_the_others_begin_while_the_first_step_is_slow() -> None:
    race = Course([("mx", NOTHING, 0.6), ("srv", NOTHING, 0.1)]).run()
    assert race.began == {"mx": 0.0, "srv": HEAD_START_S}
    assert race.took_s == 0.6


def test_a_slow_first_step_still_counts_more_than_a_fast_second() -> None:
    race = Course([("mx", sure("a"), 1.0), ("srv", sure("b"), 0.1)]).run()
    assert (race.chosen, race.took_s) == ("a", 1.0)


@pytest.mark.parametrize("outcome", [Outcome.NXDOMAIN, Outcome.NULL_MX])
@pytest.mark.parametrize("after_s", [0.1, 1.0])
def test_where_the_domain_takes_no_mail_the_race_is_over_at_once(
    outcome: Outcome, after_s: float
) -> None:
    race = Course([("mx", Verdict(outcome, "no"), after_s), ("srv", sure("b"), 3)]).run()
    assert (race.chosen, race.took_s) == (None, after_s)
    assert race.outcomes == {"mx": outcome, "srv": Outcome.SKIPPED}
    assert list(race.began) == (["mx"] if after_s < HEAD_START_S else ["mx", "srv"])


@pytest.mark.parametrize("outcome", [Outcome.NXDOMAIN, Outcome.NULL_MX])
def test_where_the_domain_takes_no_mail_nothing_is_found_however_late_it_says_so(
    outcome: Outcome,
) -> None:
    race = Course([("mx", Verdict(outcome, "no"), 0.5), ("web", sure("b"), 0.1)]).run()
    assert race.chosen is None


def test_order_decides_and_not_arrival() -> None:
    slow = Course([("mx", NOTHING, 0), ("autoconfig", sure("a"), 1.4), ("ispdb", sure("b"), 0.0)])
    assert (slow.run().chosen, slow.took_s) == ("a", 1.4)


def test_a_step_of_more_weight_gets_some_grace_and_no_more() -> None:
    race = Course([("mx", NOTHING, 0), ("autoconfig", sure("a"), 3), ("ispdb", sure("b"), 0.5)])
    assert (race.run().chosen, race.took_s) == ("b", 0.5 + GRACE_S)
    assert race.outcomes["autoconfig"] is Outcome.SKIPPED
    assert race.cut_short == ["autoconfig"]


def test_grace_begins_with_the_first_answer_that_decides() -> None:
    race = Course(
        [
            ("mx", NOTHING, 0),
            ("slow", sure("slow"), 9),
            ("later", sure("later"), 1.0),
            ("early", sure("early"), 0.5),
        ]
    ).run()
    assert (race.chosen, race.took_s) == ("later", 0.5 + GRACE_S)


def test_a_step_of_less_weight_is_not_waited_for() -> None:
    race = Course([("mx", NOTHING, 0), ("srv", sure("a"), 0.2), ("web", sure("b"), 0.3)]).run()
    assert (race.chosen, race.took_s) == ("a", 0.2)
    assert (race.outcomes["web"], race.cut_short) == (Outcome.SKIPPED, ["web"])


def test_what_only_suggests_ends_nothing_and_starts_no_grace() -> None:
    race = Course([("mx", suggested("a"), 0), ("srv", foreign("b"), 0.1), ("web", sure("c"), 4)])
    assert (race.run().chosen, race.took_s) == ("c", 4.0)


def test_what_needs_a_person_loses_to_whatever_decides() -> None:
    race = Course([("mx", NOTHING, 0), ("srv", foreign("a"), 0), ("web", sure("b"), 0.5)]).run()
    assert race.chosen == "b"


def test_half_an_answer_loses_to_a_whole_one_and_counts_where_there_is_none() -> None:
    steps = [("mx", NOTHING, 0.0), ("srv", half("a"), 0.0), ("web", sure("b"), 0.5)]
    assert Course(steps).run().chosen == "b"
    assert Course([*steps[:2], ("web", foreign("b"), 0.5)]).run().chosen == "a"
    assert Course([*steps[:2], ("web", half("b"), 0.5)]).run().chosen == "a"


def test_a_suggestion_of_a_known_provider_comes_before_servers_of_strangers() -> None:
    race = Course([("mx", NOTHING, 0), ("srv", foreign("a"), 0), ("signs", suggested("b"), 0.5)])
    assert race.run().chosen == "b"


def test_everything_ends_at_the_deadline() -> None:
    race = Course([("mx", NOTHING, 9), ("srv", foreign("b"), 0.1), ("web", sure("c"), 9)], 2.0)
    assert (race.run().took_s, race.chosen) == (2.0, "b")
    assert race.outcomes == {
        "mx": Outcome.TIMEOUT,
        "srv": Outcome.UNTRUSTED,
        "web": Outcome.TIMEOUT,
    }
    assert [finish.ms for finish in race.finishes] == [2000.0, 100.0, 1750.0]
    assert sorted(race.cut_short) == ["mx", "web"]


def test_after_the_deadline_what_decided_before_is_used() -> None:
    race = Course([("mx", NOTHING, 9), ("srv", NOTHING, 9), ("web", sure("c"), 0.1)], 1.0).run()
    assert (race.chosen, race.took_s) == ("c", 1.0)


@pytest.mark.parametrize("limit_s", [0.0, -1.0, 0.1])
def test_a_deadline_within_the_head_start_leaves_nobody_running(limit_s: float) -> None:
    race = Course([("mx", sure("a"), 0.2), ("srv", sure("b"), 0.2)], limit_s).run()
    assert (race.chosen, race.left_running) == (None, 0)
    assert race.outcomes["mx"] is Outcome.TIMEOUT
    assert race.took_s == max(limit_s, 0)


def test_after_the_deadline_nobody_else_is_asked() -> None:
    race = Course([("mx", sure("a"), 0.2), ("srv", sure("b"), 0)], 0.1).run()
    assert list(race.began) == ["mx"]
    assert race.outcomes["srv"] is not Outcome.HIT


def test_a_race_of_one() -> None:
    assert Course([("mx", NOTHING, 0.1)]).run().outcomes == {"mx": Outcome.MISS}
    assert Course([("mx", sure("a"), 1.0)]).run().chosen == "a"
    assert Course([("mx", sure("a"), 9.0)]).run().outcomes == {"mx": Outcome.TIMEOUT}


def test_a_step_may_build_upon_the_first() -> None:
    async def run() -> list[Finish]:
        clock = asyncio.get_running_loop().time
        race = Race(clock, clock() + 5)

        async def mx() -> Verdict:
            await asyncio.sleep(1)
            return Verdict(Outcome.GATEWAY, "a gateway")

        async def signs() -> Verdict:
            return replace(suggested("a"), detail=f"behind {(await race.first()).detail}")

        return await race.run(Step("mx", mx), [Step("signs", signs)])

    finishes = hurried(run)
    assert [finish.verdict.detail for finish in finishes] == ["a gateway", "behind a gateway"]


def test_that_a_step_is_cut_short_does_not_cut_the_first_short() -> None:
    async def run() -> list[Finish]:
        clock = asyncio.get_running_loop().time
        race = Race(clock, clock() + 5)

        async def mx() -> Verdict:
            await asyncio.sleep(1)
            return sure("a")

        async def impatient() -> Verdict:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(race.first(), 0.1)
            return NOTHING

        return await race.run(Step("mx", mx), [Step("signs", impatient)])

    assert hurried(run)[0].verdict.provider == custom("a")


def test_a_bug_in_a_step_is_not_swallowed_and_leaves_nobody_running() -> None:
    left: set[asyncio.Task[object]] = set()

    async def run() -> None:
        clock = asyncio.get_running_loop().time

        async def slow() -> Verdict:
            await asyncio.sleep(9)
            return NOTHING

        async def broken() -> Verdict:
            raise ZeroDivisionError

        try:
            await Race(clock, clock() + 5).run(Step("mx", slow), [Step("srv", broken)])
        finally:
            left.update(asyncio.all_tasks() - {asyncio.current_task()})

    with pytest.raises(ZeroDivisionError):
        hurried(run)
    assert left == set()


def test_a_race_that_is_called_off_leaves_nobody_running() -> None:
    async def run() -> int:
        course = Course([("mx", NOTHING, 9), ("srv", NOTHING, 9)])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(course._run(), 1)
        return len(asyncio.all_tasks()) - 1

    assert hurried(run) == 0


VERDICTS: list[Callable[[str], Verdict]] = [
    sure,
    half,
    suggested,
    foreign,
    lambda _: NOTHING,
    lambda _: FAILED,
]
ARRIVING_IN_TIME = st.lists(
    st.tuples(st.sampled_from(VERDICTS), st.integers(0, 14).map(lambda tenths: tenths / 10)),
    min_size=1,
    max_size=7,
)
ARRIVING_ANY_TIME = st.lists(
    st.tuples(st.sampled_from(VERDICTS), st.integers(0, 70).map(lambda tenths: tenths / 10)),
    min_size=1,
    max_size=7,
)


def course(steps: Sequence[tuple[Callable[[str], Verdict], float]]) -> Course:
    return Course([(f"s{n}", verdict(f"p{n}"), s) for n, (verdict, s) in enumerate(steps)]).run()


@given(ARRIVING_IN_TIME)
def test_whatever_arrives_when_the_answer_is_that_of_asking_one_after_the_other(
    steps: list[tuple[Callable[[str], Verdict], float]],
) -> None:
    race = course(steps)
    one_by_one = [Finish(name, verdict, 0.0) for name, verdict, _ in race.steps]
    best = next(ranked(one_by_one), None)
    assert race.chosen == (best.provider.name if best and best.provider else None)


@given(ARRIVING_ANY_TIME)
def test_every_step_has_an_end_in_its_place_and_none_is_left_running(
    steps: list[tuple[Callable[[str], Verdict], float]],
) -> None:
    race = course(steps)
    assert [finish.step for finish in race.finishes] == [name for name, _, _ in race.steps]
    assert race.left_running == 0
    assert race.took_s <= 5.0
    for finish, (name, verdict, _) in zip(race.finishes, race.steps, strict=True):
        is_cut = name not in race.began or name in race.cut_short
        assert is_cut == (finish.verdict.outcome in {Outcome.SKIPPED, Outcome.TIMEOUT})
        assert is_cut or finish.verdict == verdict


@given(ARRIVING_ANY_TIME)
def test_a_step_is_skipped_only_where_something_was_found(
    steps: list[tuple[Callable[[str], Verdict], float]],
) -> None:
    race = course(steps)
    if Outcome.SKIPPED in race.outcomes.values():
        best = next(ranked(race.finishes), None)
        assert best
        assert best.decides


def test_of_what_decides_the_whole_comes_first_and_of_the_rest_what_is_known() -> None:
    verdicts = [foreign("e"), half("c"), suggested("d"), NOTHING, sure("a"), sure("b")]
    finishes = [Finish(str(n), verdict, 0.0) for n, verdict in enumerate(verdicts)]
    names = [verdict.provider.name for verdict in ranked(finishes) if verdict.provider]
    assert names == [ProviderName(name) for name in "abcde"]


def test_a_service_that_lets_no_program_in_is_an_answer_too() -> None:
    closed = replace(
        sure("tuta"), provider=replace(custom("tuta"), kind=ProviderKind.NONE, can_send=False)
    )
    race = Course([("mx", closed, 0.1), ("ispdb", sure("other"), 0.1)]).run()
    assert (race.chosen, list(race.began)) == ("tuta", ["mx"])


def test_a_whole_set_of_foreign_servers_comes_before_half_a_one() -> None:
    lame = Verdict(
        Outcome.UNTRUSTED, "half", provider=half("a").provider, trust=Trust.UNAUTHENTICATED
    )
    race = Course([("mx", NOTHING, 0), ("srv", lame, 0), ("web", foreign("b"), 0)]).run()
    assert race.chosen == "b"
