"""`matching_steps`: how many characters a regular expression looks at, where a clock would say how long.

    matching_steps(re.compile("a*a*b"), "a" * 10, "fullmatch")   ->   the tries of a backtracking matcher

It matches the way `re` does, with backtracking and greedily, over the same parsed pattern. Case is ignored,
and what looks around always matches, but for `^`: that can only add steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from re import _constants as op, _parser as parser  # the one place where the parsed form is to be had
from typing import Any

__all__ = ["matching_steps"]

Continue = Callable[[int], bool]
CATEGORIES = {
    op.CATEGORY_DIGIT: str.isdecimal,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda letter: letter.isalnum() or letter == "_",
}
OPPOSITES = {
    op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
    op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
    op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
}
ONE_CHARACTER = (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN)
BEGINNINGS = (op.AT_BEGINNING, op.AT_BEGINNING_STRING)
LOOKS_AROUND = (op.AT, op.ASSERT, op.ASSERT_NOT)


class _Matcher:
    def __init__(self, text: str) -> None:
        self.text = text.lower()
        self.steps = 0

    def match(self, items: list[Any], at: int, then: Continue) -> bool:
        if not items:
            return then(at)
        (kind, argument), rest = items[0], items[1:]
        match kind:
            case op.SUBPATTERN:
                return self.match(list(argument[3]), at, lambda end: self.match(rest, end, then))
            case op.BRANCH:
                return any(self.match([*branch, *rest], at, then) for branch in argument[1])
            case op.MAX_REPEAT | op.MIN_REPEAT:
                return self._repeat(argument, rest, at, then)
            case _ if kind in LOOKS_AROUND:
                return (at == 0 or argument not in BEGINNINGS) and self.match(rest, at, then)
            case _ if kind in ONE_CHARACTER:
                return self._is_one(kind, argument, at) and self.match(rest, at + 1, then)
        raise NotImplementedError(kind)

    def _repeat(self, argument: Any, rest: list[Any], at: int, then: Continue) -> bool:
        least, most, body = argument
        ((kind, inner), *more) = body
        if more or kind not in ONE_CHARACTER:
            assert most == 1, "a repeated group may take exponential time: write it as one class"
            return self.match([*body, *rest], at, then) or (least == 0 and self.match(rest, at, then))
        end = at
        while end - at < most and self._is_one(kind, inner, end):
            end += 1
        return any(self.match(rest, stop, then) for stop in range(end, at + least - 1, -1))

    def _is_one(self, kind: Any, argument: Any, at: int) -> bool:
        self.steps += 1
        if at >= len(self.text):
            return False
        letter = self.text[at]
        match kind:
            case op.LITERAL:
                return letter == chr(argument).lower()
            case op.NOT_LITERAL:
                return letter != chr(argument).lower()
            case op.ANY:
                return letter != "\n"
        return _is_in(letter, argument)


def _is_in(letter: str, items: Iterable[Any]) -> bool:
    items = list(items)
    if items[0][0] is op.NEGATE:
        return not _is_in(letter, items[1:])
    for kind, argument in items:
        match kind:
            case op.LITERAL if letter in (chr(argument), chr(argument).lower()):
                return True
            case op.RANGE if any(
                argument[0] <= ord(case) <= argument[1] for case in (letter, letter.upper()[0])
            ):
                return True
            case op.CATEGORY if argument in CATEGORIES and CATEGORIES[argument](letter):
                return True
            case op.CATEGORY if argument in OPPOSITES and not CATEGORIES[OPPOSITES[argument]](letter):
                return True
    return False


def matching_steps(pattern: re.Pattern[Any], text: str, method: str) -> int:
    """Return the characters that `fullmatch`, `match`, or another method, which begins anywhere, looks at."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    items = list(parser.parse(source, pattern.flags & ~re.UNICODE & ~re.LOCALE))
    matcher = _Matcher(text)
    start, ends = 0, list[int]()

    def then(end: int) -> bool:
        ends[:] = [end]
        return end == len(text) or method != "fullmatch"

    while start < len(text):
        found = matcher.match(items, start, then)
        if method in ("fullmatch", "match"):
            break
        start = max(ends[0], start + 1) if found else start + 1
    return matcher.steps
