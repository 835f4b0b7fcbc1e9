"""Sentences for a value that cannot travel: what it is, and what to send instead.

    It is a function (app.page.on_click). Only actions can be called from the browser: …

The path to the value stands before them. The value itself is never shown: it may be a secret.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from .model import BigInt

__all__ = ["explain_refusal"]


def explain_refusal(value: object, reason: str = "") -> str:
    """Return one or two sentences for the developer."""
    if reason:
        return f"{reason}."
    if isinstance(value, FunctionType | MethodType | BuiltinFunctionType):
        name = f"{value.__module__}.{value.__qualname__}"[:80]
        return f'It is a function ({name}). Mark it "use server" to make it an action, or send its result.'
    if isinstance(value, type):
        return f"It is the class {_type_name(value)}. Send an instance, or its name as text."
    if isinstance(value, ModuleType):
        return "It is a module. Send the values that the browser needs."
    if isinstance(value, int) and not isinstance(value, BigInt):
        return (
            "It is an integer beyond 2**53 - 1, which JavaScript's numbers cannot hold. "
            "Send BigInt(...) for a JavaScript BigInt, or str(...)."
        )
    return (
        f"Its type is {_type_name(type(value))}, which React has no form for. "
        "Send a dict, a list, a dataclass or a Pydantic model of the fields that the browser needs."
    )


def _type_name(kind: type) -> str:
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return name[:80]
