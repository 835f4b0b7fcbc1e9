"""Whatever a browser sends, Python decodes the value that was sent, and React's own decoder agrees.

Every case is made up, encoded by the real `encodeReply` and decoded here. What is compared is a description
with identities, so that a shared object, a circle and a copy are three things.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial
from random import Random, SystemRandom
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, seed, settings, strategies as st

from support.reply_bodies import mutate, shuffle
from support.reply_descriptions import ReplyOracle, describe, draw_arguments, exact, from_wire, to_wire
from support.work import count_work
from wingbeat.errors import ProtocolError
from wingbeat.flight import (
    BigInt,
    FormData,
    Part,
    ReplyStream,
    decode_arguments,
    decode_reply,
    encode_reply,
    reply_references,
    reply_rows,
    reply_shells,
    reply_values,
    temporary_references,
)
from wingbeat.flight.reply_strings import decode_binary, decode_date
from wingbeat.flight.reply_values import identity

CASES = int(os.environ.get("WINGBEAT_FUZZ_CASES", "1000"))
SEED = int(os.environ.get("WINGBEAT_FUZZ_SEED", "0")) or SystemRandom().randrange(1, 2**32)
DEFECT_CASES = 1000
CEILING_STEPS = 3_000_000
"""About a quarter of a second on a slow machine."""
FUZZ = settings(
    max_examples=CASES,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)

# The first is made small when it fails; the second is drawn evenly, as the cases of the planted defects are.
RANDOMS = st.one_of(st.randoms(use_true_random=False), st.randoms(use_true_random=True))

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(60 + CASES)]


@pytest.fixture(scope="module")
def react() -> Iterator[ReplyOracle]:
    with ReplyOracle() as oracle:
        yield oracle


def parts_of(body: str | list[Part]) -> list[Part]:
    return [("0", body)] if isinstance(body, str) else body


def react_is_known_to_fail(parts: list[Part]) -> bool:
    """Whether the body meets one of React's own bugs, which a comparison has to leave out."""
    texts = "".join(value for name, value in parts if isinstance(value, str) and not name.startswith("_"))
    return bool(
        any(re.match(r"_\d\d", name) for name, _ in parts)  # forms from the tenth row on are lost
        or len({name.split("_")[1] for name, _ in parts if name[0] == "_"}) > 1  # forms read out of order
        or re.search(r'"\$[AOoUSsLlGgMmV][0-9a-f]+"', texts)  # a typed array in a Map or used twice is lost
        or '"bound":"$@' in texts  # a bound argument that refers to the arguments is waited for for ever
        or any(
            map(refers_to_itself, parts)
        )  # in an entry of a Map or Set, a path through another entry is null
    )


def refers_to_itself(part: Part) -> bool:
    """Whether a row other than the arguments' own names something in itself by its path."""
    name, text = part
    return name.isdigit() and name != "0" and isinstance(text, str) and f'"${int(name):x}:' in text


def ask_everything(react: ReplyOracle, value: object) -> tuple[object, object, dict[str, object]]:
    # The node build is the same encoder; it alone can bind arguments.
    question = {"client": "node" if "'sr'" in repr(value) else "browser", "value": value}
    (encoded,) = react.run("encode", [question])
    # Without a reference to stop it, a circle below a key with a colon is no JSON.
    assume("error" not in encoded)
    (decoded,) = react.run("decode", [encoded["value"]])
    return encoded["value"], exact(react.one("expect", question)), decoded


@seed(SEED)
@FUZZ
@given(random=RANDOMS)
def test_what_the_browser_encodes_is_what_python_decodes(react: ReplyOracle, random: Random) -> None:
    note(f"WINGBEAT_FUZZ_SEED={SEED}")

    body, expected, decoded = ask_everything(react, draw_arguments(random))

    parts = parts_of(from_wire(body))
    assert describe(decode_reply(from_wire(body))) == expected
    assert describe(decode_reply(shuffle(parts, random))) == expected
    if not react_is_known_to_fail(parts):
        assert exact(decoded["value"]) == expected


def without_paths(description: object) -> object:
    """Return the description without the names of positions, which another encoder may number otherwise."""
    if isinstance(description, list):
        return ["tmp"] if description[:1] == ["tmp"] else [without_paths(part) for part in description]
    return description


@seed(SEED)
@settings(FUZZ, max_examples=max(CASES // 4, 1))
@given(random=RANDOMS)
def test_what_python_encodes_python_and_react_decode(react: ReplyOracle, random: Random) -> None:
    note(f"WINGBEAT_FUZZ_SEED={SEED}")
    body, expected, _ = ask_everything(react, draw_arguments(random))

    again = encode_reply(decode_reply(from_wire(body)))

    parts = parts_of(again)
    assert without_paths(describe(decode_reply(again))) == without_paths(expected)
    if not react_is_known_to_fail(parts):
        assert without_paths(exact(react.one("decode", to_wire(again)))) == without_paths(expected)


class Case(NamedTuple):
    body: str | list[Part]
    expected: object


@pytest.fixture(scope="module")
def cases(react: ReplyOracle) -> list[Case]:
    """A thousand cases of one seed."""
    random = Random(SEED)
    questions: list[object] = [
        {"client": "node", "value": draw_arguments(random)} for _ in range(DEFECT_CASES)
    ]
    encoded = react.run("encode", questions)
    expected = react.run("expect", questions)
    return [
        Case(from_wire(body["value"]), exact(value["value"]))
        for body, value in zip(encoded, expected, strict=True)
        if "error" not in body
    ]


def finds_a_difference(cases: list[Case]) -> bool:
    for case in cases:
        try:
            if describe(decode_reply(case.body)) != case.expected:
                return True
        except (ProtocolError, LookupError, ValueError, TypeError, AttributeError, AssertionError):
            return True
    return False


def test_without_a_defect_there_is_no_difference(cases: list[Case]) -> None:
    assert not finds_a_difference(cases)


def copy_instead_of_sharing(container: object, key: object, value: object) -> None:
    container[key] = value.copy() if isinstance(value, list | dict) else value


def lose_the_end(stream: ReplyStream, chunks: list[list[object]], _end: object) -> None:
    stream.items.extend(chunk[0] for chunk in chunks)


DEFECTS: dict[str, tuple[object, str, object]] = {
    "row names are read as decimal": (reply_rows, "decode_row_name", lambda text: int(text, 16) % 10),
    "an escaped dollar is kept": (reply_rows.READERS, "$", lambda _rows, text: text),
    "shared values are copied": (reply_references, "put", copy_instead_of_sharing),
    "Map keys are compared as Python does": (
        reply_values,
        "identity",
        lambda key: key.__class__ is list or key,
    ),
    "a BigInt as a key is the number": (
        reply_values,
        "identity",
        lambda key: (float, int(key)) if isinstance(key, BigInt) else identity(key),
    ),
    "BigInts are plain integers": (reply_rows, "decode_bigint", lambda text, _limits: int(text)),
    "dates are cut to seconds": (
        reply_rows,
        "decode_date",
        lambda text: decode_date(text).replace(microsecond=0),
    ),
    "bytes are in the other order": (
        reply_rows,
        "decode_binary",
        lambda kind, data: decode_binary(kind, data[::-1]),
    ),
    "bound arguments are dropped": (reply_shells, "bound_arguments", lambda _bound, _limits: None),
    "positions have another separator": (temporary_references, "_step", lambda path, key: f"{path}.{key}"),
    "streams lose what they returned": (reply_shells, "fill_stream", lose_the_end),
    "forms keep one entry": (reply_rows, "FormData", lambda entries: FormData(entries[:1])),
    "undefined is null": (reply_rows.CONSTANTS, "$undefined", None),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found_within_a_thousand_cases(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    home, name, replacement = DEFECTS[defect]
    if isinstance(home, dict):
        monkeypatch.setitem(home, name, replacement)
    else:
        monkeypatch.setattr(home, name, replacement)

    assert finds_a_difference(cases)


def test_o02_a_mutated_reply_is_a_value_or_a_protocol_error(cases: list[Case]) -> None:
    random = Random(SEED)
    refused = 0
    for case in cases * max(CASES // len(cases), 1):
        parts = mutate(parts_of(case.body), random)
        try:
            describe(decode_arguments(parts))
        except ProtocolError:
            refused += 1
        steps = count_work(partial(decode_arguments, parts), refusal=ProtocolError)
        assert steps < CEILING_STEPS, (SEED, parts)

    assert refused > 0


ROW_REFERENCES = ["${}", "$@{}", "$Q{}", "$W{}", "$i{}", "$h{}", "$K{}", "${}:0", "${}:0:0"]


def test_o03_any_graph_of_rows_is_decoded_or_refused_in_time() -> None:
    random = Random(SEED)
    for _ in range(CASES):
        size = random.randint(1, 200)
        parts: list[Part] = []
        for row in range(size):
            names = [f"{random.randrange(size):x}" for _ in range(random.choice([0, 1, 1, 2, 3]))]
            items = [f'"{random.choice(ROW_REFERENCES).format(name)}"' for name in names]
            parts.append(
                (
                    str(row),
                    random.choice(["[{}]", "[[{}]]", '{{"id":"a","bound":[{}]}}']).format(",".join(items)),
                )
            )
        steps = count_work(partial(decode_reply, parts), refusal=ProtocolError)
        assert steps < CEILING_STEPS, (SEED, parts)
