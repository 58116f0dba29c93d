"""Our dataclasses behave as those of the standard library do."""

import dataclasses
import pickle
from dataclasses import FrozenInstanceError, asdict, field, fields, is_dataclass, replace
from functools import cached_property

import pytest

from mailctl import records


@records.dataclass(frozen=True)
class Place:
    """Ours."""

    name: str
    floor: int = 0
    tags: list[str] = field(default_factory=list)

    @cached_property
    def loud(self) -> str:
        return self.name.upper()


@records.dataclass
class Counter:
    """Ours, to be changed."""

    count: int = 0


@records.dataclass(frozen=True)
class Nothing:
    """Without fields."""


@records.dataclass(frozen=True, slots=True)
class Spot:
    """Ours, with slots."""

    name: str
    floor: int = 0


@dataclasses.dataclass(frozen=True)
class Usual:
    """The library's."""

    name: str
    floor: int = 0


@records.dataclass(frozen=True)
class Ours:
    """The same as Usual."""

    name: str
    floor: int = 0


def test_equal_fields_are_equal_records() -> None:
    assert Place("hall", 1) == Place("hall", floor=1)
    assert Place("hall", 1) != Place("hall", 2)
    assert Nothing() == Nothing()


def test_a_frozen_record_is_hashed_by_its_fields_and_another_not_at_all() -> None:
    assert len({Ours("a"), Ours("a", 0), Ours("b")}) == 2
    assert hash(Nothing()) == hash(Nothing())
    with pytest.raises(TypeError):
        hash(Counter())


def test_a_record_shows_its_fields() -> None:
    assert repr(Ours("a", 2)) == repr(Usual("a", 2)).replace("Usual", "Ours")


def test_a_frozen_record_cannot_be_changed() -> None:
    place = Place("hall")
    with pytest.raises(FrozenInstanceError):
        place.name = "attic"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del place.name
    assert place.loud == "HALL"


def test_a_record_with_slots_has_no_room_for_more_and_can_be_pickled() -> None:
    spot = Spot("hall", 1)
    assert not hasattr(spot, "__dict__")
    assert pickle.loads(pickle.dumps(spot)) == spot
    assert replace(spot, floor=2) == Spot("hall", 2)
    with pytest.raises(FrozenInstanceError):
        spot.name = "attic"  # type: ignore[misc]


def test_a_record_that_is_not_frozen_can() -> None:
    counter = Counter()
    counter.count += 1
    assert counter == Counter(1)


def test_each_record_gets_a_default_of_its_own() -> None:
    first, second = Place("a"), Place("b")
    first.tags.append("red")
    assert second.tags == []
    assert Place("c", tags=["blue"]).tags == ["blue"]


def test_the_library_takes_a_record_for_a_dataclass() -> None:
    place = Place("hall", 1)
    assert is_dataclass(place)
    assert [each.name for each in fields(place)] == ["name", "floor", "tags"]
    assert replace(place, floor=2) == Place("hall", 2)
    assert asdict(place) == {"name": "hall", "floor": 1, "tags": []}
    assert pickle.loads(pickle.dumps(place)) == place
    match place:
        case Place(name, floor):
            assert (name, floor) == ("hall", 1)


@pytest.mark.parametrize("given", [(), ("a", 1, 2), ("a",)], ids=["few", "many", "unknown"])
def test_arguments_that_do_not_fit_are_refused_with_the_same_words(given: tuple[object]) -> None:
    options = {"colour": "red"} if given == ("a",) else {}
    with pytest.raises(TypeError) as theirs:
        Usual(*given, **options)  # type: ignore[arg-type]
    with pytest.raises(TypeError) as ours:
        Ours(*given, **options)  # type: ignore[arg-type]
    assert str(ours.value) == str(theirs.value).replace("Usual", "Ours")


def test_what_only_the_library_knows_is_refused() -> None:
    with pytest.raises(TypeError, match="needs the dataclass of the library"):

        @records.dataclass
        class Hidden:
            """With a field that the constructor does not take."""

            name: str = field(default="", init=False)

    with pytest.raises(TypeError, match="needs the dataclass of the library"):

        @records.dataclass(frozen=True)
        class Careful:
            """With something to do at the end."""

            name: str

            def __post_init__(self) -> None:
                raise AssertionError
