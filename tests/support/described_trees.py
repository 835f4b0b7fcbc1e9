"""Trees described in JSON, and the wire tree that a description stands for.

The same description is built by `tests/oracle/html_writer.cjs` with React, so that both servers write one tree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from wingbeat.flight import (
    ACTIVITY,
    FRAGMENT,
    PROFILER,
    STRICT_MODE,
    SUSPENSE,
    UNDEFINED,
    BigInt,
    ClientReference,
    Element,
    Lazy,
    ReactSymbol,
    ServerReference,
)
from wingbeat.html.twins import current_twin

__all__ = ["build", "element", "number", "special"]

SYMBOLS = {
    "fragment": FRAGMENT,
    "suspense": SUSPENSE,
    "strict": STRICT_MODE,
    "profiler": PROFILER,
    "activity": ACTIVITY,
}


def special(kind: str, **fields: object) -> dict[str, object]:
    return {"$": kind, **fields}


def element(type_: object, *children: object, key: str | None = None, **props: object) -> dict[str, object]:
    """Describe an element; children as JSX gives them: none, the one, or an array."""
    if children:
        props["children"] = children[0] if len(children) == 1 else list(children)
    if isinstance(type_, str) and type_ in SYMBOLS:
        type_ = {"symbol": type_}
    return special("element", type=type_, key=key, props=props)


def number(value: float) -> object:
    """Describe a number that JSON may have no word for."""
    return (
        special("number", text=str(value)) if math.isfinite(value) else special("number", text=_name(value))
    )


def _name(value: float) -> str:
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def build(described: Any, hooks: Mapping[str, list[Any]] | None = None) -> Any:
    """Return the value that `described` stands for."""
    if isinstance(described, list):
        return [build(item, hooks) for item in described]
    if not isinstance(described, dict):
        return described
    return BUILDERS[described["$"]](described, hooks)


def _number(described: Any, _hooks: Any) -> float:
    text = described["text"]
    return {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}.get(text) or float(text)


def _element(described: Any, hooks: Any) -> Element:
    kind = described["type"]
    props = {name: build(value, hooks) for name, value in described["props"].items()}
    return Element(kind if isinstance(kind, str) else SYMBOLS[kind["symbol"]], described["key"], props)


def _lazy(described: Any, hooks: Any) -> Lazy:
    lazy = Lazy()
    lazy.resolve(build(described["of"], hooks))
    return lazy


def _action(described: Any, _hooks: Any) -> ServerReference:
    bound = described["bound"]
    return ServerReference(described["id"], None if bound is None else tuple(bound))


def _component(described: Any, _hooks: Any) -> Element:
    def twin(_props: object) -> object:
        frame = current_twin.get()
        hooks: dict[str, list[Any]] = {"ids": [frame.use_id() for _ in range(described["ids"])], "states": []}
        for state in described.get("states") or []:
            action = _action(state, None)
            hooks["states"].append(frame.use_action_state(action, state["initial"], state["permalink"]))
        return build(described["children"], hooks)

    return Element(ClientReference("module.js", described["name"], twin), described["key"], {})


def _throw(_described: Any, _hooks: Any) -> Element:
    def twin(_props: object) -> object:
        raise RuntimeError("thrown by a component")

    return Element(ClientReference("module.js", "thrower", twin), None, {})


BUILDERS: dict[str, Any] = {
    "undefined": lambda _described, _hooks: UNDEFINED,
    "number": _number,
    "bigint": lambda described, _hooks: BigInt(described["text"]),
    "function": lambda _described, _hooks: lambda: None,
    "symbol": lambda _described, _hooks: ReactSymbol("described"),
    "object": lambda described, hooks: {name: build(value, hooks) for name, value in described["of"].items()},
    "element": _element,
    "lazy": _lazy,
    "action": _action,
    "component": _component,
    "throw": _throw,
    "id": lambda described, hooks: hooks["ids"][described["index"]],
    "state": lambda described, hooks: hooks["states"][described["index"]][0],
    "dispatch": lambda described, hooks: hooks["states"][described["index"]][1],
}
