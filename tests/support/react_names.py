"""The names that react-dom itself knows, read from its source when the tests start."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

__all__ = ["REACT_PROPS", "possible_standard_names", "registered_events", "source"]

BUILDS = Path(__file__).resolve().parents[2] / "node_modules" / "react-dom" / "cjs"


@cache
def source(name: str) -> str:
    return (BUILDS / name).read_text(encoding="utf-8")


@cache
def possible_standard_names() -> dict[str, str]:
    """Return React's table from an attribute in lower case to its prop."""
    match = re.search(
        r"possibleStandardNames = \{(.*?)\n\s*\},", source("react-dom-server.node.development.js"), re.DOTALL
    )
    assert match is not None
    pairs = re.findall(r'(?:"([^"]+)"|(\w+)): "([^"]+)"', match[1])
    return {quoted or bare: prop for quoted, bare, prop in pairs}


@cache
def registered_events() -> frozenset[str]:
    """Return the handler props that react-dom's client registers, without their capture phase."""
    text = source("react-dom-client.production.js")
    simple = re.search(r'simpleEventPluginEvents =\s*"([^"]+)"', text)
    assert simple is not None
    named = {f"on{name[0].upper()}{name[1:]}" for name in [*simple[1].split(), "scrollEnd"]}
    others = re.findall(r'register(?:Simple|TwoPhase|Direct)Event\(\s*(?:[\w"]+, )?"(on\w+)"', text)
    return frozenset(named | set(others))


REACT_PROPS: list[str] = sorted(set(possible_standard_names().values()))
"""Every prop of React's table."""
