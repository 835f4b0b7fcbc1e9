"""The decoder's source holds none of the tools that turn data into behaviour, and its patterns are linear."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from itertools import product
from pathlib import Path

import pytest

import wingbeat
from support.pattern_steps import matching_steps

FLIGHT = Path(__file__).parents[2] / "src" / "wingbeat" / "flight"
DECODERS = sorted(
    [
        *FLIGHT.glob("reply_*.py"),
        *map(FLIGHT.joinpath, ("hidden_inputs.py", "form_state.py", "budget.py", "limits.py")),
    ]
)
NOT_IMPORTED = {"wingbeat.__main__", "wingbeat.testing.pytest_plugin"}
FORBIDDEN = {
    "getattr", "setattr", "delattr", "hasattr", "eval", "exec", "compile", "__import__", "import_module", "globals",
    "vars", "pickle", "marshal", "yaml", "shelve", "ctypes", "importlib", "__dict__", "format", "format_map", "open",
}  # fmt: skip


@pytest.mark.parametrize("path", DECODERS, ids=lambda path: path.stem)
def test_b01_the_decoder_holds_no_tool_of_an_attacker(path: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id="re"), attr="compile"):
                continue
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                found.add(name)
            case ast.AsyncFunctionDef(name=name) if name != "__aiter__":
                found.add("compile")

    assert found & FORBIDDEN <= {"compile"} if "re" in found else not found & FORBIDDEN


@pytest.mark.parametrize("path", DECODERS, ids=lambda path: path.stem)
def test_b21_patterns_match_the_whole_text(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert ".match(" not in source
    assert ".search(" not in source


UNITS = [
    "0",
    "1",
    "9",
    "a",
    "-",
    ":",
    "_",
    ".",
    "/",
    "1:",
    "Z",
    " ",
    "\n",
    "\r",
    "é",
    "v1.",
    "use ",
    ", ",
    " 1x,",
    "javascript",
    "<s",
]


def patterns() -> dict[tuple[str, str], re.Pattern[str] | re.Pattern[bytes]]:
    """Every pattern of the package and every method that is called on it."""
    found = {}
    for module in pkgutil.walk_packages(wingbeat.__path__, "wingbeat."):
        if module.name in NOT_IMPORTED:
            continue
        imported = importlib.import_module(module.name)
        source = inspect.getsource(imported)
        for name, value in vars(imported).items():
            if isinstance(value, re.Pattern):
                for method in re.findall(rf"\b{name}\.([a-z]+)", source):
                    found[f"{module.name}.{name}", method] = value
    return found


def takes_linear_time(pattern: re.Pattern[str] | re.Pattern[bytes], method: str) -> bool:
    for unit, end in product(UNITS, ["", "!"]):
        short, long = (matching_steps(pattern, unit * count + end, method) for count in (150, 300))
        if long > 2.5 * short + 100:
            return False
    return True


def test_b20_patterns_take_linear_time() -> None:
    found = patterns()

    assert len(found) >= 20
    assert [name for name, pattern in found.items() if not takes_linear_time(pattern, name[1])] == []


@pytest.mark.parametrize(
    ("pattern", "method"),
    [("a*a*!!", "fullmatch"), ("a+:", "search"), ("[a-z]*1a+2", "sub"), ("[ \\n]*[0-9 ]*x", "match")],
)
def test_b20_a_pattern_that_is_not_linear_is_found(pattern: str, method: str) -> None:
    assert not takes_linear_time(re.compile(pattern), method)
