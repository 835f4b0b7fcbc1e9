"""What an action form knows after its last submission (twin: packages/client/src/form-result.ts).

    {"state": what the action returned}                                                 it returned
    {"state": what it returned before, "failure": {"message": ..., "errors": {...}}}    it did not

It travels as form state, so it is a dict. All of it is shown as text, never trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard, cast

__all__ = ["FormResult", "errors_of", "failed_result", "is_failed", "is_result", "message_of"]

FormResult = Mapping[str, object]


def failed_result(state: object, *, message: str | None = None, errors: object = None) -> dict[str, object]:
    """Return the result of a submission that failed; `state` is the one before it."""
    failure = {"message": message, "errors": errors}
    return {
        "state": state,
        "failure": {name: value for name, value in failure.items() if value is not None},
    }


def is_result(sent: object) -> TypeGuard[FormResult]:
    """Tell a result from the state of some other form, which a stranger may post in its place."""
    return isinstance(sent, Mapping) and "state" in cast("Mapping[object, object]", sent)


def errors_of(result: FormResult) -> dict[str, list[str]]:
    """Return field name -> sentences: the failure's, or those of a state `{"errors": {name: [...]}}`."""
    errors = _said(result, "errors")
    if not isinstance(errors, Mapping):
        return {}
    found: dict[str, list[str]] = {}
    for name, said in cast("Mapping[object, object]", errors).items():
        texts = [text for text in _listed(said) if isinstance(text, str) and text]
        if isinstance(name, str) and texts:
            found[name] = texts
    return found


def message_of(result: FormResult) -> str:
    """Return the sentence about the form as a whole: the failure's, or that of a state `{"message": "..."}`."""
    message = _said(result, "message")
    return message if isinstance(message, str) else ""


def is_failed(result: FormResult) -> bool:
    """Whether the form shows that something is wrong."""
    return "failure" in result or bool(errors_of(result))


def _said(result: FormResult, name: str) -> object:
    source: Any = result["failure"] if "failure" in result else result["state"]
    return cast("Mapping[str, object]", source).get(name) if isinstance(source, Mapping) else None


def _listed(said: object) -> Sequence[object]:
    return cast("Sequence[object]", said) if isinstance(said, list | tuple) else [said]
