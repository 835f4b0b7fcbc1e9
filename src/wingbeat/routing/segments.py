"""One folder under `app/` as a piece of a URL.

    invoices        static              [slug]          one path part, any text
    [...rest]       one or more parts   [[...rest]]     none or more parts
    (shop)          groups folders, adds nothing to the URL
    _parts          private: nothing below it is a route

Type checkers refuse folder names with brackets, so a folder may instead state its segment in its
`__init__.py`: `segment = "[slug]"`.
"""

from __future__ import annotations

import ast
import re
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
    (SegmentKind.STATIC, re.compile(r"([\w.~-]+)")),
)


def parse_segment(text: str, where: str) -> Segment:
    """Return the segment that `text` spells; `where` names the folder in the error."""
    for kind, form in _FORMS:
        if match := form.fullmatch(text):
            name = match[1]
            if kind in _PARAMETERS and (not name.isidentifier() or iskeyword(name)):
                raise RouteError(f"{where}: {name!r} cannot be the name of an argument of page().")
            return Segment(kind, name)
    raise RouteError(
        f"{where}: {text!r} is no segment. Use name, [name], [...name], [[...name]], (group) or _private."
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
