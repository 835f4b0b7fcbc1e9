"""However a reply is cut on its way, it is decoded to the same value: at every byte, and byte by byte.

The bodies are React's own: encoded by its client and put into multipart form by `fetch`.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Iterator, Sequence
from random import Random, SystemRandom
from typing import Any

import pytest

from support.reply_descriptions import ReplyOracle, describe, draw_arguments, exact, from_wire
from wingbeat.flight import decode_reply
from wingbeat.server.body import read_body
from wingbeat.server.intake import Intake

SEED = int(os.environ.get("WINGBEAT_FUZZ_SEED", "0")) or SystemRandom().randrange(1, 2**32)
LIMIT = 1024 * 1024

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(300)]

EVERYTHING: list[object] = [
    "a",
    [
        ["s", "$L1 \r\n--x\u2028𝄞"],
        ["num", "-0"],
        ["n", "123456789012345678901234567890"],
        ["d", 1577934245678],
        ["u"],
        ["o", [["a:b", ["a", [["null"], ["b", True]]]]]],
    ],
]


@pytest.fixture(scope="module")
def react() -> Iterator[ReplyOracle]:
    with ReplyOracle() as oracle:
        yield oracle


def transmitted(react: ReplyOracle, value: object) -> tuple[str, bytes, object] | None:
    """Return content type and bytes of a call as a browser posts it, and what was sent."""
    question = {"client": "node" if "'sr'" in repr(value) else "browser", "value": value}
    (encoded,) = react.run("encode", [question])
    if "error" in encoded:
        return None
    expected = exact(react.one("expect", question))
    body: Any = encoded["value"]
    if isinstance(body, str):
        return "text/plain;charset=UTF-8", body.encode(), expected
    kind, content = react.one("transmit", body)
    assert describe(decode_reply(from_wire(body))) == expected
    return kind, base64.b64decode(content), expected


async def decode(kind: str, pieces: Sequence[bytes]) -> object:
    left = list(pieces)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    body = await read_body({"content-type": kind}, receive, limit=LIMIT, intake=Intake(LIMIT))
    return describe(decode_reply(body.content))


async def assert_every_split(kind: str, content: bytes, expected: object) -> None:
    assert await decode(kind, [content[at : at + 1] for at in range(len(content))]) == expected, SEED
    for at in range(len(content) + 1):
        assert await decode(kind, [content[:at], content[at:]]) == expected, (SEED, at)


def test_a_text_reply_is_the_same_however_it_is_cut(react: ReplyOracle) -> None:
    kind, content, expected = transmitted(react, EVERYTHING) or pytest.fail("not encoded")

    assert kind.startswith("text/plain")
    asyncio.run(assert_every_split(kind, content, expected))


def test_a_reply_of_parts_is_the_same_however_it_is_cut(react: ReplyOracle) -> None:
    """Files, forms, Maps, Sets, typed arrays, promises, streams, actions: whatever a form body is needed for."""
    random = Random(SEED)
    cut = 0
    while cut < 20_000:
        sent = transmitted(react, draw_arguments(random))
        if sent is None or sent[0].startswith("text/plain"):
            continue
        kind, content, expected = sent
        if len(content) < 12_000:
            cut += len(content)
            asyncio.run(assert_every_split(kind, content, expected))
