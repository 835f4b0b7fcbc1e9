"""Decode a reply: the arguments a browser sends when it calls an action.

In:    a text body, or the parts of a form body in any order.
Out:   plain values; an action among them stays an inert ServerReference.

    "0" = '["$K1", 42]'  and  "_1_name" = "Ada"   ->   [FormData(name="Ada"), 42]

Never: looks an action up, imports, calls or awaits anything, reads an attribute that the sender named.
What the peer got wrong raises ReplyError, what is too long BodyTooLarge. Bounds are in `limits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from wingbeat.errors import BodyTooLarge, ReplyError

from .budget import Budget
from .limits import DEFAULT_LIMITS, Limits
from .reply_form_call import read_form_call
from .reply_rows import decode_json, is_plain, read_rows
from .reply_store import Part, ReplyStore, check_sizes

__all__ = ["decode_arguments", "decode_reply"]


def decode_reply(body: str | bytes | Sequence[Part], *, limits: Limits = DEFAULT_LIMITS) -> object:
    """Return the value that the browser encoded: for a call, the list of its arguments.

    Raises ReplyError for what no React client sends, and BodyTooLarge for too many or too long parts.
    """
    if not isinstance(body, str | bytes):
        if (arguments := read_form_call(body, limits)) is not None:
            return arguments
        check_sizes(body, limits)
        return read_rows(ReplyStore(body), Budget(limits))
    if len(body) > limits.part_bytes:
        raise BodyTooLarge(f"read {len(body)} bytes, expected no more than {limits.part_bytes}")
    text = body if isinstance(body, str) else decode_utf8(body)
    if is_plain(text):
        return decode_json(text, Budget(limits))
    return read_rows(ReplyStore([("0", text)]), Budget(limits))


def decode_arguments(body: str | bytes | Sequence[Part], *, limits: Limits = DEFAULT_LIMITS) -> list[object]:
    """Return the arguments of a call. Raises ReplyError when the reply is not a list, or a long one."""
    arguments = decode_reply(body, limits=limits)
    if type(arguments) is not list:
        raise ReplyError(f"reply is {type(arguments).__name__}, expected a list of arguments")
    values = cast("list[object]", arguments)
    if len(values) > limits.arguments:
        raise ReplyError(f"read {len(values)} arguments, expected no more than {limits.arguments}")
    return values


def decode_utf8(body: bytes) -> str:
    """Return the text. Raises ReplyError; no other encoding is ever tried."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReplyError("body is not UTF-8") from error
