"""Frozen classes that cost little to make.

A frozen dataclass writes each field through `object.__setattr__`, since its own assignments are refused: nine fields
cost two microseconds. Here `__init__` lifts the refusal for as long as it runs: it turns the new object, which nobody
else can have yet, into an open twin of its class, assigns plainly, and turns it back.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

T = TypeVar("T")

# Bound once: an assignment to `self.__class__` would be refused, too.
_become = vars(object)["__class__"].__set__


def quick(cls: type[T]) -> type[T]:
    """Give a frozen dataclass with slots an `__init__` of the same signature that costs less than half.

    A class that inherits from it must be decorated, too: its `__init__` ends with an object of this very class. Raises
    TypeError for a class without slots, or with a `default_factory`.
    """
    given: tuple[Field[Any], ...] = fields(cls)  # type: ignore[arg-type]  # the caller has made it a dataclass
    if "__slots__" not in vars(cls) or any(field.default_factory is not MISSING for field in given):
        raise TypeError(f"{cls.__name__} is no dataclass with slots and plain defaults")
    init = _written(given, {"become": _become, "opened": _open_twin(cls), "closed": cls})
    theirs = vars(cls)["__init__"]
    for name in ("__annotations__", "__qualname__", "__module__"):
        setattr(init, name, getattr(theirs, name))
    cls.__init__ = init  # type: ignore[method-assign]  # replaced by one of the same signature
    return cls


def _open_twin(cls: type[Any]) -> type[Any]:
    """Return a class of the same layout whose fields may be assigned: what makes `__class__` assignable either way."""
    allowed = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(f"_Open{cls.__name__}", (cls,), {"__slots__": (), **allowed})


def _written(given: tuple[Field[Any], ...], names: dict[str, Any]) -> Any:
    """Return an `__init__` as one would write it by hand: a loop over the fields would cost what is to be saved."""
    names.update({f"default_{field.name}": field.default for field in given if field.default is not MISSING})
    params = "".join(f", {_param(field)}" for field in given if field.init)
    body = "".join(f"    self.{field.name} = {_value(field)}\n" for field in given)
    text = f"def __init__(self{params}):\n    become(self, opened)\n{body}    self.__class__ = closed\n"
    exec(text, names)  # noqa: S102 - as dataclasses do; it holds the names of fields, and nothing from outside
    return names["__init__"]


def _param(field: Field[Any]) -> str:
    return field.name if field.default is MISSING else f"{field.name}=default_{field.name}"


def _value(field: Field[Any]) -> str:
    return field.name if field.init else f"default_{field.name}"
