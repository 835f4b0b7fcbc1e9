"""`Validated[T]`: an argument that the action gets even if it is wrong, to answer with the errors itself.

async def create_user(state: dict, form: Validated[NewUser]):
    if not form.ok:
        return {"errors": form.errors}        # {"email": ["value is not a valid email address: …"]}
    await users.add(form.value)               # a NewUser, for type checkers too
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar, get_args, get_origin

__all__ = ["Invalid", "Valid", "Validated", "validated_type"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Valid(Generic[T]):
    """An argument that is what its annotation asks."""

    value: T
    """The checked value."""

    @property
    def ok(self) -> Literal[True]:
        """Whether the argument passed its check."""
        return True

    @property
    def errors(self) -> dict[str, list[str]]:
        """Nothing is wrong."""
        return {}

    @property
    def message(self) -> str:
        """Nothing is to be said."""
        return ""


@dataclass(frozen=True, slots=True)
class Invalid:
    """An argument that is not what its annotation asks."""

    errors: dict[str, list[str]]
    """Field name -> sentences that say what is wrong with it; they hold nothing of what was sent."""

    @property
    def ok(self) -> Literal[False]:
        """Whether the argument passed its check."""
        return False

    @property
    def message(self) -> str:
        """The first sentence, with its field: one line to show above a form."""
        return next((f"{name}: {texts[0]}" for name, texts in self.errors.items() if texts), "")


Validated: TypeAlias = Valid[T] | Invalid
"""`Validated[Model]` as the annotation of a parameter; `.ok` tells which of the two it is."""


def validated_type(annotation: Any) -> Any:
    """Return the `T` of `Validated[T]`, None for any other annotation."""
    parts = get_args(annotation)
    if Invalid not in parts:
        return None
    return next((get_args(part)[0] for part in parts if get_origin(part) is Valid), None)
