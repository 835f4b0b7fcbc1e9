"""`FormData` and `File`: what a form sends, in order, duplicates kept.

A name may occur many times (check boxes, multiple selects), so a form is a list of entries, not a dict.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from typing import Protocol, final

from wingbeat.errors import ArgumentRefused

__all__ = ["File", "FormData"]

CHUNK_BYTES = 64 * 1024


class Stored(Protocol):
    """Content that is kept elsewhere than in memory: whoever reads the body decides where."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read_now(self) -> bytes:
        """Return the whole content, blocking."""
        ...

    async def read(self) -> bytes:
        """Return the whole content."""
        ...

    def chunks(self, size: int) -> AsyncIterator[bytes]:
        """Yield the content in pieces of at most `size` bytes."""
        ...


@final
class File:
    """A file of a form: `name`, `type` (as the browser claims it), `size` in bytes, `read()` and `chunks()`.

    `name` and `type` are the sender's words: never build a path from them.
    """

    __slots__ = ("_content", "name", "type")

    def __init__(
        self,
        content: bytes | Stored,
        name: str = "",
        type: str = "application/octet-stream",  # noqa: A002 (the Web's word)
    ) -> None:
        self._content = content
        self.name = name
        self.type = type

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self._content) if isinstance(self._content, bytes) else self._content.size

    @property
    def content(self) -> bytes:
        """The whole content, for whoever cannot wait: a sync action, which runs in a thread."""
        return self._content if isinstance(self._content, bytes) else self._content.read_now()

    def read(self) -> Awaitable[bytes]:
        """Return the whole content. A large one is read from disk, off the event loop."""
        return self._read_held(self._content) if isinstance(self._content, bytes) else self._content.read()

    def chunks(self, size: int = CHUNK_BYTES) -> AsyncIterator[bytes]:
        """Yield the content in pieces of at most `size` bytes; of a large one, no more is in memory."""
        if isinstance(self._content, bytes):
            return self._held_chunks(self._content, size)
        return self._content.chunks(size)

    @staticmethod
    async def _read_held(content: bytes) -> bytes:
        return content

    @staticmethod
    async def _held_chunks(content: bytes, size: int) -> AsyncIterator[bytes]:
        for start in range(0, len(content), size):
            yield content[start : start + size]

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> dict[str, object]:
        """Let models have a field of this type. A schema is a dict, so Pydantic need not be imported."""
        return {"type": "is-instance", "cls": cls}

    def __repr__(self) -> str:
        return f"File(name={self.name[:80]!r}, type={self.type[:80]!r}, size={self.size})"


@final
class FormData:
    """The entries of a submitted form, as in the browser's `FormData`.

    `form["name"]` and `form.text("name")` refuse the call with 422 when the field is missing, so an action
    need not check; `get` and `get_all` return `None` and `[]` instead.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[tuple[str, str | File]] = ()) -> None:
        self._entries: list[tuple[str, str | File]] = list(entries)

    def get(self, name: str) -> str | File | None:
        """Return the first value of `name`, or `None`."""
        return next((value for field, value in self._entries if field == name), None)

    def get_all(self, name: str) -> list[str | File]:
        """Return every value of `name`, in order."""
        return [value for field, value in self._entries if field == name]

    def text(self, name: str) -> str:
        """Return the first value of `name`, which must be text.

        Raises ArgumentRefused (422) when the field is missing or a file.
        """
        value = self[name]
        if isinstance(value, File):
            raise ArgumentRefused(f"field {name[:80]!r} is a file, expected text", {name: ["Expected text."]})
        return value

    def file(self, name: str) -> File:
        """Return the first value of `name`, which must be a file.

        Raises ArgumentRefused (422) when the field is missing or text.
        """
        value = self[name]
        if isinstance(value, str):
            raise ArgumentRefused(
                f"field {name[:80]!r} is text, expected a file", {name: ["Expected a file."]}
            )
        return value

    def items(self) -> Iterator[tuple[str, str | File]]:
        """Yield every entry in order, duplicates included."""
        return iter(self._entries)

    def keys(self) -> list[str]:
        """Return the distinct names, in order of first appearance."""
        return list(dict.fromkeys(name for name, _ in self._entries))

    def __getitem__(self, name: str) -> str | File:
        value = self.get(name)
        if value is None:
            raise ArgumentRefused(f"field {name[:80]!r} is missing", {name: ["This field is required."]})
        return value

    def __contains__(self, name: object) -> bool:
        return any(field == name for field, _ in self._entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormData) and other._entries == self._entries

    __hash__ = None  # type: ignore[assignment]  # mutable in spirit: two forms are compared, never keyed

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> dict[str, object]:
        """Let models have a field of this type. A schema is a dict, so Pydantic need not be imported."""
        return {"type": "is-instance", "cls": cls}

    def __repr__(self) -> str:
        return f"FormData({', '.join(name[:80] for name, _ in self._entries)})"
