"""The nouns of the protocol: what a payload or a reply can hold besides plain Python values.

Everything here is inert data. Nothing looks an action up, imports a module or calls user code.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Mapping
from typing import Final, final

__all__ = [
    "ACTIVITY",
    "FRAGMENT",
    "PROFILER",
    "STRICT_MODE",
    "SUSPENSE",
    "UNDEFINED",
    "BigInt",
    "ClientReference",
    "Element",
    "Json",
    "Lazy",
    "ReactSymbol",
    "ReadableStream",
    "ServerReference",
    "Undefined",
]


@final
class Undefined:
    """JavaScript's `undefined`; the only instance is `UNDEFINED`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNDEFINED"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "UNDEFINED"


UNDEFINED: Final = Undefined()
"""JavaScript's `undefined`. As a property value the property is absent in the browser."""


class BigInt(int):
    """An integer that is a JavaScript `BigInt` on the wire, of any size up to 300 digits."""

    __slots__ = ()


@final
class ReactSymbol:
    """A registered JavaScript symbol (`Symbol.for(name)`), such as React's built-in element types."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"ReactSymbol({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ReactSymbol) and other.name == self.name

    def __hash__(self) -> int:
        return hash(("ReactSymbol", self.name))


FRAGMENT: Final = ReactSymbol("react.fragment")
SUSPENSE: Final = ReactSymbol("react.suspense")
STRICT_MODE: Final = ReactSymbol("react.strict_mode")
PROFILER: Final = ReactSymbol("react.profiler")
ACTIVITY: Final = ReactSymbol("react.activity")


Json = dict[str, object] | list[object] | str | int | float | None
"""A value of a row, before the strings in it are revived."""


class Element:
    """A React element: `type`, `key` and `props` (children are `props["children"]`).

    `type` is a tag name, a `ReactSymbol`, a `ClientReference`, or, before rendering, a server component.
    A `tuple` of children was written out by the author; a `list` came from data, so its elements need keys.
    """

    __slots__ = ("key", "props", "type")

    def __init__(self, type: object, key: str | None, props: dict[str, object]) -> None:  # noqa: A002 (React's word)
        self.type = type
        self.key = key
        self.props = props

    def __repr__(self) -> str:
        name = self.type if isinstance(self.type, str) else getattr(self.type, "__name__", repr(self.type))
        key = "" if self.key is None else f" key={self.key!r}"
        return f"<{name}{key}>"


@final
class ClientReference:
    """An export of a client module: `module` is what the browser imports, `name` the export.

    `twin`, if there is one, renders the component's first HTML on the server: props in, children out.
    It must give what the component gives on its first render in the browser.
    """

    __slots__ = ("module", "name", "twin")

    def __init__(
        self, module: str, name: str, twin: Callable[[Mapping[str, object]], object] | None = None
    ) -> None:
        self.module = module
        self.name = name
        self.twin = twin

    @property
    def __name__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"ClientReference({self.module!r}, {self.name!r})"


class ServerReference:
    """An action as it stands on the wire: its public id and the arguments bound to it, already sealed.

    Inert on purpose: only `wingbeat.actions` turns an id into a function. The `repr` shows nothing,
    because a reference decoded from a request is a capability of whoever sent it.
    """

    __slots__ = ("bound", "id")

    def __init__(self, id: str, bound: tuple[object, ...] | None = None) -> None:  # noqa: A002 (the wire's word)
        self.id = id
        self.bound = bound

    def __repr__(self) -> str:
        return "<server reference>"


class Lazy:
    """A node that may not be there yet: React's lazy node, `$L` on the wire.

    It starts pending and is settled once, by `resolve` or `reject`. A settled one is transparent: what it
    resolved to takes its place.
    """

    __slots__ = ("error", "state", "value")

    def __init__(self) -> None:
        self.state: str = "pending"
        """`"pending"`, `"resolved"` or `"rejected"`."""
        self.value: object = None
        self.error: BaseException | None = None

    def resolve(self, value: object) -> None:
        """Settle with the node that takes this one's place."""
        assert self.state == "pending"
        self.state, self.value = "resolved", value

    def reject(self, error: BaseException) -> None:
        """Settle with the error that the browser throws when it renders this node."""
        assert self.state == "pending"
        self.state, self.error = "rejected", error


@final
class ReadableStream:
    """An async iterable that is a JavaScript `ReadableStream` in the browser, not an async iterator.

    With `of_bytes` the items are bytes and it is a byte stream, as a response body is.
    """

    __slots__ = ("of_bytes", "source")

    def __init__(self, source: AsyncIterable[object], *, of_bytes: bool = False) -> None:
        self.source = source
        self.of_bytes = of_bytes
