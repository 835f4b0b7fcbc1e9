"""The protocol beside React's own, in Node: encoding, HTML and decoding of the five payloads of `payloads.py`.

    ./dev bench flight              the table of README.md
    ./dev bench flight --profile    where our side of each line spends its time

Both sides take turns in one run, round after round, so that other load meets both. Before anything is
measured, what both make of a payload is compared: a benchmark of two different things says nothing.
"""

from __future__ import annotations

import cProfile
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from payloads import BOUNDARY, PAGES, REPLIES, as_multipart
from wingbeat.flight import decode_payload, decode_reply, encode_payload
from wingbeat.html.writer import write_html
from wingbeat.server.multipart_body import PartReader

ROUNDS = 41
ROUND_MICROSECONDS = 15_000
"""Of each side: long enough for the clock, short enough that a disturbance spoils few rounds."""
WARM_MICROSECONDS = 800_000
"""What each side gets first: V8 compiles what it will."""
PROFILED_RUNS = 200
SCRIPT = Path(__file__).with_name("react.cjs")


class React:
    """A Node process that runs `react.cjs`."""

    def __init__(self, *flags: str) -> None:
        node = shutil.which("node") or sys.exit("Node is not installed.")
        self._process = subprocess.Popen(  # noqa: S603 (our own script)
            [node, *flags, str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NODE_ENV": "production"},
        )

    def ask(self, **question: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(question), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


@dataclass(frozen=True, kw_only=True)
class Case:
    """A line of the table: one operation on one payload, ours and React's."""

    operation: str
    payload: str
    react: React
    run: Callable[[Any], object]
    make: Callable[[], object]
    """Makes what `run` is given, outside the clock."""
    is_fresh: bool = False
    """Whether each run is given one of its own."""
    input: object = None
    """What React is given, where it does not make it itself."""
    same: Callable[[Any, Any], bool]
    """Whether our output and React's say the same."""
    goal: str = ""

    def ours(self, times: int) -> float:
        """Return the microseconds of one run."""
        turns, runs = (times, 1) if self.is_fresh else (1, times)
        nanoseconds = 0
        for _ in range(turns):
            given = self.make()
            start = time.perf_counter_ns()
            for _ in range(runs):
                self.run(given)
            nanoseconds += time.perf_counter_ns() - start
        return nanoseconds / 1000 / times

    def theirs(self, times: int) -> float:
        """Return the microseconds of one run."""
        microseconds: float = self._ask(times)["microseconds"]
        return microseconds

    def check(self) -> None:
        """End the program if both sides do not make the same."""
        if not self.same(self.run(self.make()), self._ask(1)["output"]):
            sys.exit(f"{self.operation}, {self.payload}: React makes something else of it.")

    def _ask(self, times: int) -> dict[str, Any]:
        return self.react.ask(operation=self.operation, payload=self.payload, input=self.input, times=times)


@dataclass
class Times:
    """The microseconds of one run, of every round."""

    ours: list[float] = field(default_factory=list[float])
    theirs: list[float] = field(default_factory=list[float])

    def row(self, case: Case) -> str:
        ratios = [theirs / ours for ours, theirs in zip(self.ours, self.theirs, strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        return (
            f"{case.operation:17}{case.payload:23}{statistics.median(self.ours):9.1f}{min(self.ours):9.1f}"
            f"{statistics.median(self.theirs):9.1f}{min(self.theirs):9.1f}"
            f"{min(self.theirs) / min(self.ours):9.2f}{middle:9.2f}  {low:5.2f} to {high:5.2f}   {case.goal}"
        )


def is_same_page(ours: bytes, theirs: str) -> bool:
    # Rows are cut differently, so what is compared is the page that each of them is read back to.
    return write_html(decode_payload(ours)) == write_html(decode_payload(theirs.encode()))


def is_same_html(ours: str, theirs: str) -> bool:
    return ours == theirs


def is_same_value(ours: object, theirs: str) -> bool:
    """Compare as JSON has it, where a form is the list of its entries."""
    return bool(json.loads(json.dumps(ours, default=lambda form: list(form.items()))) == json.loads(theirs))


def parse_and_decode(body: bytes) -> object:
    reader = PartReader(f"multipart/form-data; boundary={BOUNDARY}")
    reader.feed(body)
    in_memory: Any = None  # nothing goes to disk, so there is no room to give back either
    try:
        reader.finish(None, in_memory).send(None)
    except StopIteration as finished:
        return decode_reply(finished.value)
    raise AssertionError("a body in memory has nothing to wait for")


def pages(server: React, renderer: React) -> Iterator[Case]:
    for name, page in PAGES.items():
        yield Case(
            operation="encode",
            payload=name,
            react=server,
            run=encode_payload,
            make=page,
            is_fresh=True,
            same=is_same_page,
            goal="0.5",
        )
    for name, page in PAGES.items():
        yield Case(
            operation="html",
            payload=name,
            react=renderer,
            run=write_html,
            make=page,
            is_fresh=True,
            same=is_same_html,
            goal="1.0",
        )


def replies(server: React) -> Iterator[Case]:
    for name, body in REPLIES.items():
        yield Case(
            operation="decode",
            payload=name,
            react=server,
            run=decode_reply,
            make=lambda body=body: body,  # type: ignore[misc]  # bound now, not when it is called
            input=body,
            same=is_same_value,
            goal="1.0",
        )
        if not isinstance(body, str):
            yield parsing(server, name, as_multipart(body))


def parsing(server: React, name: str, raw: bytes) -> Case:
    return Case(
        operation="parse and decode",
        payload=name,
        react=server,
        run=parse_and_decode,
        make=lambda: raw,
        input={"body": raw.decode(), "boundary": BOUNDARY},
        same=is_same_value,
    )


def measure(cases: list[Case]) -> None:
    print(
        f"{'':40}{'Wingbeat, µs':>18}{'React, µs':>18}     React's time / Wingbeat's\n{'':40}"
        f"{'median':>9}{'best':>9}{'median':>9}{'best':>9}{'best':>9}{'median':>9}  {'quartiles':14} goal"
    )
    found = [(case, Times(), warm(case.ours), warm(case.theirs)) for case in cases]
    for _ in range(ROUNDS):
        for case, times, ours, theirs in found:
            times.ours.append(case.ours(ours))
            times.theirs.append(case.theirs(theirs))
    for case, times, _, _ in found:
        print(times.row(case))


def warm(run: Callable[[int], float]) -> int:
    """Run until everything is compiled. Returns how many runs fill a round."""
    one = run(20)
    one = run(max(20, int(WARM_MICROSECONDS / one)))
    return max(1, int(ROUND_MICROSECONDS / one))


def profile(case: Case) -> None:
    """Print the five functions in which our side spends most time itself."""
    profiler = cProfile.Profile()
    for _ in range(PROFILED_RUNS):
        given = case.make()
        profiler.runcall(case.run, given)
    entries = sorted(profiler.getstats(), key=lambda entry: entry.inlinetime, reverse=True)
    total = sum(entry.inlinetime for entry in entries)
    print(f"\n{case.operation}, {case.payload}")
    for entry in entries[:5]:
        code = entry.code
        name = code if isinstance(code, str) else f"{Path(code.co_filename).name} {code.co_qualname}"
        print(f"  {entry.inlinetime / total:4.0%}  {entry.callcount // PROFILED_RUNS:5} calls  {name}")


def main() -> None:
    with React("--conditions=react-server") as server, React() as renderer:
        cases = [*pages(server, renderer), *replies(server)]
        for case in cases:
            case.check()
        if "--profile" in sys.argv:
            for case in cases:
                profile(case)
        else:
            measure(cases)


if __name__ == "__main__":
    main()
