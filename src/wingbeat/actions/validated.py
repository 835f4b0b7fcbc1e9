"""`Validated[T]`: an argument that the action gets even if it is wrong, to answer with the errors itself.

async def create_user(state: dict, form: Validated[NewUser]):
    if not form.ok:
        return {"errors": form.errors}        # {"email": ["value is not a valid email address: …"]}
    await users.add(form.value)               # a NewUser, for type checkers too
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NoReturn, TypeAlias, TypeVar, get_args, get_origin

from wingbeat.errors import UsageError

__all__ = ["Invalid", "Valid", "Validated", "validated_type"]

T = TypeVar("T")

MYPY = False
"""True to mypy alone, which narrows by `if form.ok`. Pyright narrows by `form.ok is True` only."""


@dataclass(frozen=True, slots=True)
class Valid(Generic[T]):
    """An argument that is what its annotation asks."""

    value: T
    """The checked value."""
    ok: Literal[True] = field(default=True, init=False)
    """Whether the argument passed its check."""
    errors: dict[str, list[str]] = field(default_factory=dict[str, list[str]], init=False)
    """Nothing is wrong."""
    message: str = field(default="", init=False)
    """Nothing is to be said."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """An argument that is not what its annotation asks."""

    errors: dict[str, list[str]]
    """Field name -> sentences that say what is wrong with it; they hold nothing of what was sent."""
    ok: Literal[False] = field(default=False, init=False)
    """Whether the argument passed its check."""

    @property
    def message(self) -> str:
        """The first sentence, with its field: one line to show above a form."""
        return next((f"{name}: {texts[0]}" for name, texts in self.errors.items() if texts), "")

    # To mypy an Invalid has no value, so it asks for `.ok` first. Pyright, which cannot be told that `.ok` was
    # asked, sees one of no type: what is left of the union is the checked type.
    if not MYPY:

        @property
        def value(self) -> NoReturn:
            """There is none. Raises UsageError."""
            raise UsageError("the argument is not valid, so it has no value. Ask form.ok before form.value.")


Validated: TypeAlias = Valid[T] | Invalid
"""`Validated[Model]` as the annotation of a parameter; `.ok` tells which of the two it is."""


def validated_type(annotation: Any) -> Any:
    """Return the `T` of `Validated[T]`, None for any other annotation."""
    parts = get_args(annotation)
    if Invalid not in parts:
        return None
    return next((get_args(part)[0] for part in parts if get_origin(part) is Valid), None)
