"""One folder under `app/` as a piece of a URL.

    invoices        static              [slug]          one path part, any text
    [...rest]       one or more parts   [[...rest]]     none or more parts
    (shop)          groups folders, adds nothing to the URL
    _parts          private: nothing below it is a route
    %5Fparts        static, for a URL that does begin with an underscore (Next.js's spelling)

Type checkers refuse folder names with brackets, so a folder may instead state its segment in its
`__init__.py`: `segment = "[slug]"`.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from keyword import iskeyword

from wingbeat.errors import RouteError

__all__ = ["Segment", "SegmentKind", "parse_segment", "stated_segment"]


class SegmentKind(Enum):
    """How a segment meets URL parts; in order of precedence where several match."""

    STATIC = 0
    DYNAMIC = 1
    CATCH_ALL = 2
    OPTIONAL_CATCH_ALL = 3
    GROUP = 4
    PRIVATE = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """`name` is the URL part of a static segment, otherwise the parameter's or group's name."""

    kind: SegmentKind
    name: str


_FORMS = (
    (SegmentKind.OPTIONAL_CATCH_ALL, re.compile(r"\[\[\.\.\.(\w+)\]\]")),
    (SegmentKind.CATCH_ALL, re.compile(r"\[\.\.\.(\w+)\]")),
    (SegmentKind.DYNAMIC, re.compile(r"\[(\w+)\]")),
    (SegmentKind.GROUP, re.compile(r"\(([\w-]+)\)")),
    (SegmentKind.PRIVATE, re.compile(r"_(.*)")),
    (SegmentKind.STATIC, re.compile(r"((?:%5F)?[\w.~-]+)", re.IGNORECASE)),
)
_UNDERSCORE = re.compile("^%5f", re.IGNORECASE)


def parse_segment(text: str, where: str) -> Segment:
    """Return the segment that `text` spells; `where` names the folder in the error.

    Some file systems take letters and their accents apart; URLs hold them as one (NFC), and so does the segment.
    """
    for kind, form in _FORMS:
        if match := form.fullmatch(unicodedata.normalize("NFC", text)):
            name = match[1]
            if kind in _PARAMETERS and (not name.isidentifier() or iskeyword(name)):
                raise RouteError(f"{where}: {name!r} cannot be the name of an argument of page().")
            if kind is SegmentKind.STATIC:
                name = _UNDERSCORE.sub("_", name)
                _require_reachable(name, where)
            return Segment(kind, name)
    raise RouteError(
        f"{where}: {text!r} is no segment. Use name, [name], [...name], [[...name]], (group) or _private."
    )


def _require_reachable(name: str, where: str) -> None:
    if name in {".", ".."}:
        raise RouteError(f"{where}: no URL has a part {name!r}: browsers resolve it. Choose another name.")
    if name == "_wingbeat":
        raise RouteError(
            f"{where}: URLs below /_wingbeat belong to the browser runtime. Choose another name."
        )


def stated_segment(source: str, where: str) -> str | None:
    """Return the text assigned to `segment` at the top of an `__init__.py`, or None. Nothing is executed."""
    for statement in ast.parse(source, where).body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="segment")], value=value)
                | ast.AnnAssign(target=ast.Name(id="segment"), value=ast.expr() as value)
            ):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    return value.value
                raise RouteError(
                    f"{where}:{statement.lineno}: segment must be a plain string such as '[slug]'."
                )
            case _:
                pass
    return None


_PARAMETERS = {SegmentKind.DYNAMIC, SegmentKind.CATCH_ALL, SegmentKind.OPTIONAL_CATCH_ALL}
