"""`Budget`: the one purse of a decoding. Every node, reference and repeated value is paid from it.

A second purse for a second kind of row would let the sender spend twice, so there is only this one.
Nodes are counted in the text, before anything is built from it.
"""

from __future__ import annotations

from wingbeat.errors import ReplyError

from .limits import Limits

__all__ = ["Budget", "count_nodes", "measure_depth"]

BRACKETS = b"[]{}"
NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in BRACKETS)
SHORT_ROW = 2048
ONE_KIND = bytes.maketrans(b"{}", b"[]")


def outside_strings(text: str) -> str:
    """Return JSON without white space, each string replaced by one letter."""
    # Escaped backslashes go first, so that the backslash of an escaped quote is certainly its own.
    quoted = text.replace("\\\\", "").replace('\\"', "").split('"')
    return "".join("s".join(quoted[::2]).split())


def count_nodes(text: str) -> int:
    """Return how many values a JSON text holds; any number when it is not JSON."""
    bare = outside_strings(text)
    empty = bare.count("[]") + bare.count("{}")
    return 1 + bare.count(",") + bare.count("[") + bare.count("{") - empty


def measure_depth(text: str, stop: int) -> int:
    """Return how deep a JSON text is nested, or `stop` + 1 when it is deeper than `stop` or not balanced."""
    brackets = outside_strings(text).encode("utf-8", "replace").translate(ONE_KIND, NOT_BRACKETS)
    depth = 0
    # Each round takes the innermost level away: no state, no recursion, and every pair is removed once.
    while brackets and depth <= stop:
        shorter = brackets.replace(b"[]", b"")
        if len(shorter) == len(brackets):
            return stop + 1
        brackets = shorter
        depth += 1
    return depth


class Budget:
    """What is left of one request's `Limits`."""

    __slots__ = ("_counted_exactly", "_rows", "chunks", "limits", "nodes", "references", "streams", "weight")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.nodes = 0
        self.references = 0
        self.streams = 0
        self.chunks = 0
        self.weight = 0
        self._rows: list[str] = []
        self._counted_exactly = False

    def charge_row(self, text: str) -> None:
        """Pay for the JSON of one row before it is parsed."""
        containers = text.count("[") + text.count("{") if len(text) > self.limits.row_depth else 0
        if containers > self.limits.row_depth:
            self._check_depth(text)
        # Too much rather than too little: every value takes two characters, and where that says nothing,
        # commas and brackets inside strings are counted too.
        most = len(text) // 2 + 1
        if most > SHORT_ROW:
            most = containers + text.count(",") + 1
        if not self._counted_exactly:
            self._rows.append(text)
            if self.nodes + most <= self.limits.nodes:
                self.nodes += most
                return
            self._count_exactly()
        else:
            self.nodes += count_nodes(text)
        if self.nodes > self.limits.nodes:
            raise ReplyError(f"read {self.nodes} values, expected no more than {self.limits.nodes}")

    def charge_reference(self) -> None:
        """Pay for one string that names a row."""
        self.references += 1
        if self.references > self.limits.references:
            raise ReplyError(f"read more than {self.limits.references} references")

    def charge_stream(self, chunks: int) -> None:
        """Pay for one stream and its chunks."""
        self.streams += 1
        self.chunks += chunks
        if self.streams > self.limits.streams:
            raise ReplyError(f"read more than {self.limits.streams} streams")
        if self.chunks > self.limits.stream_chunks:
            raise ReplyError(f"read more than {self.limits.stream_chunks} stream chunks")

    def charge_values(self, count: int) -> None:
        """Pay for meeting values on the way through the finished graph."""
        self.weight += count
        if self.weight > self.limits.expanded_weight:
            raise ReplyError(f"references expand to more than {self.limits.expanded_weight} values")

    def _check_depth(self, text: str) -> None:
        if measure_depth(text, self.limits.row_depth) > self.limits.row_depth:
            raise ReplyError(f"row is nested deeper than {self.limits.row_depth}")

    def _count_exactly(self) -> None:
        """Count again what was estimated, once, and estimate no more."""
        self._counted_exactly = True
        self.nodes = sum(map(count_nodes, self._rows))
        self._rows.clear()
