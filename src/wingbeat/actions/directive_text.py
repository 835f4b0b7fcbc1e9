"""What counts as a directive: the first line of a docstring, compared as linters may have rewritten it.

    use server · Use server. · USE  SERVER            ->  "use server"; documentation may follow on the next lines
    use servers · usr server                          ->  a slip: DirectiveError with the fix
    use cache                                         ->  another framework's: DirectiveError

Prose stays prose: `Use the server to send mail.` is no directive and no slip.
"""

from __future__ import annotations

import ast
import re

from .source import Directive

__all__ = ["DIRECTIVES", "Documented", "directive_in", "docstring_of", "has_directive", "slip_in"]

DIRECTIVES: tuple[Directive, ...] = ("use server", "use client")
MAX_TYPING_SLIPS = 2
"""Edits between a docstring and a directive up to which it is taken for a misspelled one."""

Documented = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_ANYWHERE = re.compile(r"use\s+(?:server|client)", re.IGNORECASE)
# What a directive of another framework looks like, and no sentence does: lower case, no stop, nothing after it.
_UNKNOWN = re.compile(r"use [a-z]+(?:: ?[a-z]+)?")


def has_directive(source: str) -> bool:
    """Tell quickly whether `source` may hold a directive at all."""
    return _ANYWHERE.search(source) is not None


def docstring_of(node: Documented) -> ast.Expr | None:
    """Return the statement that is the docstring of `node`, as Python sees it."""
    first = node.body[0] if node.body else None
    return first if isinstance(first, ast.Expr) and _text(first) else None


def directive_in(statement: ast.stmt | None) -> Directive | None:
    """Return the directive that a string statement states on its first line."""
    lines = _text(statement).splitlines()
    first = _compared(lines[0]) if lines else ""
    return next((directive for directive in DIRECTIVES if directive == first), None)


def slip_in(statement: ast.stmt) -> str | None:
    """Say what is wrong with a docstring that was meant as a directive; None if it was not."""
    text = _text(statement)
    lines = [_compared(line) for line in text.splitlines()]
    if not lines or lines[0] in DIRECTIVES:
        both = set(DIRECTIVES) <= set(lines)
        return 'it says both "use server" and "use client". Keep one.' if both else None
    if lines[0].startswith("us"):
        for directive in DIRECTIVES:
            if _edits(lines[0], directive) <= MAX_TYPING_SLIPS:
                return f'the docstring "{lines[0]}" is no directive. Did you mean "{directive}"?'
    if _UNKNOWN.fullmatch(text):
        return f'"{text}" is no directive of Wingbeat, which has "use server" and "use client".'
    return None


def _text(statement: ast.stmt | None) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value.value.strip() if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _compared(line: str) -> str:
    return " ".join(line.strip().removesuffix(".").lower().split())


def _edits(left: str, right: str) -> int:
    """Return the Levenshtein distance, cut off where no docstring is a slip of the keyboard any more."""
    if abs(len(left) - len(right)) > MAX_TYPING_SLIPS:
        return MAX_TYPING_SLIPS + 1
    row = list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (one != other))
    return row[-1]
