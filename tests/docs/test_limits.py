"""The table of limits in the reference is that of the code: every number, and every limit."""

from __future__ import annotations

import importlib
import re
from dataclasses import fields
from pathlib import Path

import pytest

from wingbeat.cli import bounded_heads
from wingbeat.flight.limits import DEFAULT_LIMITS, Limits
from wingbeat.server import body, intake, multipart_body

SETTINGS = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
ROW = re.compile(
    r"^\| (?P<what>[^|]+) \| (?P<most>[^|]+) \| (?P<status>\d*) ?\| .*`(?P<name>[\w.]+)` \|$", re.MULTILINE
)
UNITS = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
ROWS = [
    row.groupdict() for row in ROW.finditer(SETTINGS.read_text(encoding="utf-8").partition("## Limits")[2])
]

# Where another row says it too: the server counts fields, files and names before the decoder does.
ELSEWHERE = {"part_bytes", "fields", "files", "name_characters", "form_key_characters"}


def number(written: str) -> float:
    """Return what `64 MiB`, `30 s` or `100 000` stand for."""
    digits, unit = re.match(r"([\d ]+?)(?: ([a-zA-Z].*))?$", written.strip()).groups()  # type: ignore[union-attr]
    return int(digits.replace(" ", "")) * UNITS.get(unit, 1)


def constant(name: str) -> object:
    if name.startswith("flight.limits.Limits."):
        return getattr(DEFAULT_LIMITS, name.rpartition(".")[2])
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(f"wingbeat.{module}"), attribute)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_limit_is_what_the_reference_says(row: dict[str, str]) -> None:
    assert constant(row["name"]) == number(row["most"])


def test_the_reference_names_every_limit() -> None:
    names = {row["name"] for row in ROWS}
    ours = {f"flight.limits.Limits.{field.name}" for field in fields(Limits) if field.name not in ELSEWHERE}
    for module in (body, intake, multipart_body, bounded_heads):
        short = module.__name__.removeprefix("wingbeat.")
        ours |= {
            f"{short}.{name}"
            for name, value in vars(module).items()
            if name.isupper() and type(value) in {int, float} and not name.startswith("_")
        }

    assert ours - names == set()
