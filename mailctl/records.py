"""Dataclasses that are made in a third of the time.

For each class the standard library compiles up to six methods: 0.3 ms, and a command has some
eighty classes. Here the constructor alone is compiled; what compares, hashes, shows and protects
is shared by all. To `fields`, `replace`, `asdict`, `match` and pickle there is no difference.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(
        cls: type | None = None, /, *, frozen: bool = False, slots: bool = False
    ) -> type | Callable[[type], type]:
        """Make the class a dataclass as the library's does.

        Raises TypeError for what only that one knows: __post_init__, field(init=False) and kin.
        """
        if cls is None:
            return lambda cls: _made(cls, frozen, slots)
        return _made(cls, frozen, slots)


def _made(cls: Any, frozen: bool, slots: bool) -> type:
    cls.__doc__ = cls.__doc__ or cls.__name__  # else the library looks for a signature, for 2 ms
    cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    if hasattr(cls, "__post_init__") or not all(map(_is_usual, dataclasses.fields(cls))):
        raise TypeError(f"{cls.__name__} needs the dataclass of the library")
    methods: dict[str, Any] = {
        "__repr__": _shown,
        "__eq__": _is_equal,
        "__hash__": _hashed if frozen else None,
    }
    if frozen:
        methods |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
    if frozen and slots:  # pickle would set what cannot be set
        methods |= {"__getstate__": _state, "__setstate__": _restore}
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(cls, name, method)
    cls.__init__ = _constructor(cls, frozen)
    return cls  # type: ignore[no-any-return]


def _is_usual(field: dataclasses.Field[Any]) -> bool:
    is_everywhere = field.init and field.repr and field.compare and field.hash is None
    return is_everywhere and not field.kw_only


def _constructor(cls: Any, frozen: bool) -> Any:
    names: dict[str, Any] = {"_set": object.__setattr__, "_absent": MISSING}
    parameters, statements = ["self"], []
    for field in dataclasses.fields(cls):
        name = value = field.name
        if field.default is not MISSING:
            names[f"_default_{name}"] = field.default
            parameters.append(f"{name}=_default_{name}")
        elif field.default_factory is not MISSING:
            names[f"_new_{name}"] = field.default_factory
            parameters.append(f"{name}=_absent")
            value = f"_new_{name}() if {name} is _absent else {name}"
        else:
            parameters.append(name)
        statements.append(f"_set(self, '{name}', {value})" if frozen else f"self.{name} = {value}")
    body = "\n ".join(statements or ["pass"])
    exec(f"def __init__({', '.join(parameters)}):\n {body}", names)  # noqa: S102 (names of ours)
    names["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
    return names["__init__"]


def _values(record: Any) -> Any:
    names = record.__match_args__
    return attrgetter(*names)(record) if names else ()


def _is_equal(self: Any, other: object) -> bool:
    if other.__class__ is not self.__class__:
        return NotImplemented  # type: ignore[no-any-return]
    return bool(_values(self) == _values(other))


def _hashed(self: Any) -> int:
    return hash(_values(self))


@recursive_repr()
def _shown(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{self.__class__.__qualname__}({shown})"


def _refuse_to_set(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> dict[str, Any]:
    return {name: getattr(self, name) for name in self.__match_args__}


def _restore(self: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        object.__setattr__(self, name, value)
