"""What a page says: its words as a person meets them, and the texts that `aria-labelledby` points at.

<p id="a">Hello <b>you</b></p><script>…</script>   ->   "Hello you", and for the id a the same
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Texts", "read_texts"]

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_SILENT = frozenset({"head", "script", "style", "template", "noscript", "datalist", "textarea", "select"})
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd"}
    | {"label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"}
)
"""What breaks no line: `<b>A</b>da` is one word, `<li>Ada</li><li>Grace</li>` two."""


@dataclass(slots=True)
class Texts:
    """The words of a page, with single blanks between them."""

    shown: str = ""
    by_id: dict[str, str] = field(default_factory=dict[str, str])
    """For each id, the words of its element, hidden ones too: a hidden element may name a visible one."""


def read_texts(html: str) -> Texts:
    """Return what the page says."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    words = {name: _words(pieces) for name, pieces in reader.by_id.items()}
    return Texts(_words(reader.shown), words)


def _words(pieces: list[str]) -> str:
    return " ".join("".join(pieces).split())


@dataclass(slots=True)
class _Open:
    tag: str
    is_silent: bool
    pieces: list[str] | None
    """Where its words are kept, if it has an id."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.by_id: dict[str, list[str]] = {}
        self._open: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag not in _INLINE:
            self._say(" ")
        if tag == "img":
            self._name(attributes.get("alt") or "")
        if tag in _VOID:
            return
        name = attributes.get("id")
        pieces = self.by_id.setdefault(name, []) if name and name not in self.by_id else None
        is_silent = (
            tag in _SILENT or "hidden" in attributes or (bool(self._open) and self._open[-1].is_silent)
        )
        self._open.append(_Open(tag, is_silent, pieces))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read `<br/>` as `<br>`: in HTML the slash means nothing."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in [one.tag for one in self._open]:
            return
        while self._open.pop().tag != tag:
            pass
        if tag not in _INLINE:
            self._say(" ")

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, text: str) -> None:
        if not (self._open and self._open[-1].is_silent):
            self.shown.append(text)
        self._name(text)

    def _name(self, text: str) -> None:
        for one in self._open:
            if one.pieces is not None:
                one.pieces.append(text)
