"""`count_work`: how much an action does, in steps that are the same on every machine and under every load.

    count_work(lambda: decode(body))   ->   48211

A step is one instruction of Python's, in whatever module, or one character or item that a method of a text
or a collection goes through. What an operator does inside (`in` on a list, a slice) is one step: a lookup in
a list would have to be seen by eye.
"""

from __future__ import annotations

import gc
import sys
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["assert_linear", "count_work"]

COLLECTIONS = (str, bytes, bytearray, list, tuple, dict, set, frozenset, deque)
AT_ONCE = frozenset(
    {
        "__contains__", "__getitem__", "__len__", "__setitem__", "add", "append", "appendleft", "clear", "discard",
        "endswith", "get", "items", "keys", "pop", "popitem", "popleft", "setdefault", "startswith", "values",
    }
)  # fmt: skip
"""Methods whose time does not depend on how much the collection holds."""
QUADRUPLED = 2.5
"""Twice the input is twice the work when it is linear and four times when it is quadratic."""


def count_work(action: Callable[[], object], *, refusal: type[Exception] | None = None) -> int:
    """Return the steps of an action; with `refusal`, an action that ends with this exception counts too."""
    steps = 0

    def on_instruction(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal steps
        steps += event == "opcode"
        return on_instruction

    def on_call(frame: FrameType, _event: str, _argument: object) -> Any:
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return on_instruction

    def on_method(_frame: FrameType, event: str, function: Any) -> None:
        nonlocal steps
        if event == "c_call" and isinstance(function.__self__, COLLECTIONS):
            steps += 1 if function.__name__ in AT_ONCE else len(function.__self__)

    before = sys.gettrace(), sys.getprofile()
    # A collection in between would run the finalizers of other tests.
    gc.disable()
    sys.setprofile(on_method)
    sys.settrace(on_call)
    try:
        action()
    except Exception as error:
        if refusal is None or not isinstance(error, refusal):
            raise
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
        gc.enable()
    return steps


def assert_linear(
    action: Callable[[int], Callable[[], object]], count: int, *, refusal: type[Exception] | None = None
) -> None:
    """Twice the input takes about twice the steps. `action(n)` prepares the action for input of size n."""
    first, second = (count_work(action(size), refusal=refusal) for size in (count, 2 * count))
    assert second < QUADRUPLED * first, f"{first} steps for {count}, {second} for {2 * count}"
