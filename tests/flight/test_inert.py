"""The decoder's source holds none of the tools that turn data into behaviour, and its patterns are linear."""

from __future__ import annotations

import ast
import importlib
import re
import time
from pathlib import Path

import pytest

FLIGHT = Path(__file__).parents[2] / "src" / "wingbeat" / "flight"
DECODERS = sorted(
    [
        *FLIGHT.glob("reply_*.py"),
        *map(FLIGHT.joinpath, ("hidden_inputs.py", "form_state.py", "budget.py", "limits.py")),
    ]
)
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


def patterns() -> list[re.Pattern[str]]:
    modules = [importlib.import_module(f"wingbeat.flight.{path.stem}") for path in DECODERS]
    return [value for module in modules for value in vars(module).values() if isinstance(value, re.Pattern)]


def test_b20_patterns_take_linear_time() -> None:
    assert len(patterns()) >= 4
    for pattern in patterns():
        for unit in ["0", "1", "9", "a", "-", ":", "_", "1:", "Z", " ", "\n", "é"]:
            start = time.process_time()
            pattern.fullmatch(unit * 100_000)
            pattern.fullmatch(unit * 100_000 + "!")
            assert time.process_time() - start < 0.05
