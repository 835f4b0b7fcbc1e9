"""What can happen to the parts of a reply on the way: another order, and what no client would write."""

from __future__ import annotations

import re
from random import Random

from wingbeat.flight import File, Part

__all__ = ["mutate", "shuffle"]

SPICES = [
    "$", "$0", "$1", "$@1", "$Q1", "$W1", "$i1", "$K1", "$h1", "$B1", "$o1", "$R1", "$x1", "$T", "$0:0", "$1:0:1",
    "$n", "$D", "$Z", "$-", "$u", "__proto__", "[", "]", "{", "}", '"', ",", ":", "\\", "\\ud800", "1e400", "NaN",
    "9" * 400, "\x00", "\ud800", "null", "C", "0", "a",
]  # fmt: skip
NAMES = ["0", "1", "01", "2", "S1", "S", "_1_x", "_", "__", "_1", "$ACTION_ID_x", "-1", "4294967296", "", "x"]


def shuffle(parts: list[Part], random: Random) -> list[Part]:
    """Return the parts in another order that means the same: entries of one form and chunks keep theirs."""
    ordered: dict[str, list[Part]] = {}
    for part in parts:
        ordered.setdefault(re.match(r"_\d+_|S\d+|.*", part[0])[0], []).append(part)
    slots = [name for name, group in ordered.items() for _ in group]
    random.shuffle(slots)
    return [ordered[name].pop(0) for name in slots]


def mutate(parts: list[Part], random: Random) -> list[Part]:
    """Return the parts with one to four changes of the kind that an attacker makes."""
    parts = list(parts)
    for _ in range(random.randint(1, 4)):
        if not parts:
            break
        random.choice([_drop, _repeat, _rename, _swap, _edit, _edit, _edit])(parts, random)
    return parts


def _drop(parts: list[Part], random: Random) -> None:
    del parts[random.randrange(len(parts))]


def _repeat(parts: list[Part], random: Random) -> None:
    parts.insert(random.randrange(len(parts) + 1), random.choice(parts))


def _rename(parts: list[Part], random: Random) -> None:
    at = random.randrange(len(parts))
    parts[at] = (random.choice([*NAMES, *(name for name, _ in parts)]), parts[at][1])


def _swap(parts: list[Part], random: Random) -> None:
    one, other = random.randrange(len(parts)), random.randrange(len(parts))
    parts[one], parts[other] = (parts[one][0], parts[other][1]), (parts[other][0], parts[one][1])


def _edit(parts: list[Part], random: Random) -> None:
    at = random.randrange(len(parts))
    name, value = parts[at]
    if isinstance(value, File):
        parts[at] = (name, File(value.content[1:], value.name, value.type))
        return
    # Most cuts hit a `$`: that is where meaning is.
    cuts = [match.start() for match in re.finditer(r"\$", value)] + [random.randint(0, len(value))]
    start = random.choice(cuts)
    parts[at] = (name, value[:start] + random.choice(SPICES) + value[start + random.randint(0, 3) :])
