"""Time `decode_reply` against React's own `decodeReply` in Node, on the same bodies.

.venv/bin/python benchmarks/reply_decoder.py
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.reply_descriptions import ReplyOracle, to_wire
from wingbeat.flight import Part, decode_reply

ROUNDS = 300
RUNS = 40

FORM: list[Part] = [(f"_1_field{number}", f"value {number}") for number in range(10)]
RECORDS = [{f"key{n}": {"id": n, "name": f"name {n}", "ok": True} for n in range(25)}]
DOLLARS = [{f"key{n}": {"id": n, "name": f"${n}", "ok": "$undefined"} for n in range(25)}]
ENTRIES = [[n, {"n": n}] for n in range(30)]


def text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


BODIES: dict[str, str | list[Part]] = {
    "a form of ten fields": [*FORM, ("0", '["$K1"]')],
    "an object of 100 nodes": text(RECORDS),
    "both": [*FORM, ("0", text(["$K1", RECORDS]))],
    "50 strings with a meaning": text(DOLLARS).replace('"$', '"$$').replace('"$$undefined"', '"$undefined"'),
    "a Map of 30 entries": [("0", '["$Q1"]'), ("1", text(ENTRIES))],
}


def microseconds(body: str | list[Part]) -> float:
    """Return the best of many short runs: other programs can only make a run longer."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        for _ in range(ROUNDS):
            decode_reply(body)
        best = min(best, time.perf_counter() - start)
    return best / ROUNDS * 1e6


with ReplyOracle() as react:
    for name, body in BODIES.items():
        theirs = react.one("time", {"body": to_wire(body), "rounds": ROUNDS})
        print(f"{name:28} Wingbeat {microseconds(body):7.1f} us   React {theirs:7.1f} us")
