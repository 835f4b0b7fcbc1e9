"""Read a call with one form at once, without rows and stores: what nearly every submitted form sends.

    _1_name = "Ada"  and  "0" = '[{"n":1},"$K1"]'   ->   [{"n": 1}, FormData(name="Ada")]

In:    the parts of a form body. Out: the arguments, or None for any other shape and for whatever `reply_rows`
       might refuse or change, so that there is one place that judges it.

It never decides anything of its own: `tests/flight/test_reply_form_call.py` compares both on random bodies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, cast

from .budget import Budget
from .form_data import FormData
from .limits import Limits
from .reply_rows import HIDDEN_PREFIX, decode_json, is_literal
from .reply_store import Part

__all__ = ["read_form_call"]

FORM: Final = re.compile(r"K([1-9a-f][0-9a-f]{0,6})", re.ASCII)
REMEMBERED_CHARACTERS: Final = 128
"""Row 0 of a form's action is the same in every call, `["$K1"]`, unless it has a long state before it."""


def read_form_call(parts: Sequence[Part], limits: Limits) -> list[object] | None:
    """Return the arguments of a call with one form of texts, or None when the parts are anything else.

    Raises ReplyError as `read_rows` does, for row 0 that is not JSON or holds too much.
    """
    if not 1 < len(parts) <= limits.fields:
        return None
    *fields, (name, text) = parts
    if name != "0" or type(text) is not str:
        return None
    named = find_form_again(text) if len(text) <= REMEMBERED_CHARACTERS else find_form(text)
    if named is None:
        return None
    prefix, reference = named
    start = len(prefix)
    entries = [
        (name[start:], value) for name, value in fields if name.startswith(prefix) and type(value) is str
    ]
    if len(entries) != len(fields) or not are_short(entries, start, limits.part_bytes - len(text), limits):
        return None
    budget = Budget(limits)
    arguments = decode_json(text, budget)
    if type(arguments) is not list or reference not in arguments:
        return None
    budget.charge_reference()
    values = cast("list[object]", arguments)
    values[values.index(reference)] = FormData(entries)
    return values


def find_form(text: str) -> tuple[str, str] | None:
    """Return what the names of the form's parts begin with, and its reference, if row 0 names nothing else."""
    if text.count('"$') != 1 or not is_literal(text):
        return None
    found = FORM.fullmatch(text.partition('"$')[2].partition('"')[0])
    return None if found is None else (f"_{int(found[1], 16)}_", f"${found[0]}")


find_form_again = lru_cache(maxsize=256)(find_form)


def are_short(entries: list[tuple[str, str]], start: int, most: int, limits: Limits) -> bool:
    """Whether all together are no longer than one may be, and none is React's own."""
    names, values = zip(*entries, strict=True)
    all_names = "".join(names)
    return (
        len("".join(values)) <= most
        and len(all_names) + start <= limits.name_characters
        and HIDDEN_PREFIX not in all_names
    )
