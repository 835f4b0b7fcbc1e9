"""`Limits`: how much one request may ask of the decoder. Over a limit means refused, never cut short.

The defaults fit forms and calls by hand; whoever takes uploads or large documents raises what they need.
A number without a source in its comment is our own judgement of what no honest page reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["DEFAULT_LIMITS", "Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one reply. Every field is a count of its unit, inclusive."""

    part_bytes: int = 1024 * 1024
    """Bytes of one part that is not a file, and of a text body. Starlette's `max_part_size`."""
    fields: int = 1000
    """Parts that are not files. Django's and Starlette's number."""
    files: int = 100
    """Parts that are files. Django's number."""
    name_characters: int = 1024
    """Characters of one part's name."""
    row_depth: int = 100
    """Containers nested in the JSON of one row. CPython's own decoder gives up near 1000."""
    graph_depth: int = 200
    """Containers nested once every reference is followed, and rows that only point to another row."""
    nodes: int = 100_000
    """JSON values in all rows together; each costs Python 50 to 100 bytes. React allows a million slots."""
    expanded_weight: int = 200_000
    """Values when every reference is followed, plus a sixteenth of each text or bytes met again.

    It stops small bodies that stand for large values, such as 30 rows of two references each.
    """
    references: int = 10_000
    """Strings that name a row."""
    path_segments: int = 32
    """Keys in one reference such as `$0:user:name`."""
    bigint_characters: int = 300
    """Characters of one BigInt, sign included. React's number."""
    arguments: int = 255
    """Arguments of a call."""
    bound_arguments: int = 255
    """Arguments bound to one action. React allows 1000."""
    map_entries: int = 10_000
    """Entries of one Map or Set: integer keys of the sender's choice can share one hash in Python."""
    streams: int = 100
    """Streams and async iterables."""
    stream_chunks: int = 1000
    """Chunks of all streams together."""
    form_key_characters: int = 4096
    """Characters of `$ACTION_KEY`, which may hold a page's address."""


DEFAULT_LIMITS: Final = Limits()
