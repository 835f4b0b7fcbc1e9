"""An action on a form, as the hidden fields that a browser without JavaScript posts back, and the way back.

    ServerReference("a1", (7,)), prefix "0"   <->   $ACTION_REF_0=  $ACTION_0:1=[7]  $ACTION_0:0={"id":"a1",…}
    ServerReference("a1")                     <->   $ACTION_ID_a1=

In:    the fields of one form body, in order. Out: an inert ServerReference and the user's own fields.
The last selector is the clicked button's, which comes after its form's; only that one is decoded, once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, cast

from wingbeat.errors import ReplyError, SerializationError

from .budget import Budget, count_nodes
from .form_data import File, FormData
from .limits import DEFAULT_LIMITS, Limits
from .model import ServerReference
from .reply_encoder import encode_parts
from .reply_rows import HIDDEN_PREFIX, read_rows
from .reply_shells import bound_arguments
from .reply_store import Part, ReplyStore, check_sizes
from .reply_values import Promise

__all__ = ["decode_action", "decode_bound_action", "form_fields"]

ID_PREFIX: Final = "$ACTION_ID_"
REFERENCE_PREFIX: Final = "$ACTION_REF_"
MAX_SELECTORS: Final = 2
"""A form's own and its clicked button's."""
GROUP = re.compile(r"[^:]{0,120}[0-9]{1,9}", re.ASCII)


def form_fields(
    reference: ServerReference, prefix: str, *, promises_first: bool = True
) -> list[tuple[str, str]]:
    """Return name and value of the fields that post the action: its selector first, then its arguments.

    The selector is a hidden input of a form, and the `name` of a button. `prefix` is the page's prefix and
    a number that no other form of the page has. Raises SerializationError for an argument with a file.
    """
    if reference.bound is None:
        return [(f"{ID_PREFIX}{reference.id}", "")]
    metadata = {"id": reference.id, "bound": Promise(list(reference.bound))}
    fields = [(f"{REFERENCE_PREFIX}{prefix}", "")]
    for name, value in encode_parts(metadata, promises_first=promises_first):
        if isinstance(value, File):
            raise SerializationError("A file or binary data cannot be bound to the action of a form.")
        fields.append((f"{HIDDEN_PREFIX}{prefix}:{name}", value))
    return fields


def decode_action(
    fields: Sequence[Part], *, limits: Limits = DEFAULT_LIMITS
) -> tuple[ServerReference, FormData] | None:
    """Return the action of a native form post and the user's fields, or None when the form names no action.

    Raises ReplyError for what no page of React's sends, and BodyTooLarge for too many or too long fields.
    """
    check_sizes(fields, limits)
    selectors = find_selectors(fields, (ID_PREFIX, REFERENCE_PREFIX))
    if not selectors:
        return None
    selector = selectors[-1]
    if selector.startswith(ID_PREFIX):
        reference = ServerReference(selector.removeprefix(ID_PREFIX))
    else:
        reference = decode_bound_action(fields, selector, limits)
    if not reference.id:
        raise ReplyError("form names an action without id")
    return reference, FormData([field for field in fields if not field[0].startswith(HIDDEN_PREFIX)])


def find_selectors(fields: Sequence[Part], prefixes: tuple[str, ...]) -> list[str]:
    """Return the distinct names of selectors, the last one last. Raises ReplyError for more than two."""
    selectors: dict[str, None] = {}
    for name, value in fields:
        if name.startswith(prefixes):
            if isinstance(value, File):
                raise ReplyError("selector of an action is a file")
            selectors.pop(name, None)
            selectors[name] = None
    if len(selectors) > MAX_SELECTORS:
        raise ReplyError(f"form names {len(selectors)} actions, expected no more than {MAX_SELECTORS}")
    return list(selectors)


def decode_bound_action(fields: Sequence[Part], selector: str, limits: Limits) -> ServerReference:
    """Return the action that `$ACTION_REF_<group>` selects, with its arguments."""
    group = selector.removeprefix(REFERENCE_PREFIX)
    if GROUP.fullmatch(group) is None:
        raise ReplyError(f"form field {selector[:80]!r} selects no action")
    store = ReplyStore(fields, f"{HIDDEN_PREFIX}{group}:")
    metadata = read_rows(store, Budget(limits))
    if type(metadata) is not dict or metadata.keys() != {"id", "bound"}:
        raise ReplyError("action of a form is not an object of id and bound")
    # Neither a key given twice nor an escape: whoever looked at this text before us saw the same id.
    text = store.strings[0]
    action = cast("dict[str, object]", metadata)
    if count_nodes(text) != 1 + len(action) or "\\" in text:
        raise ReplyError("action of a form is spelled ambiguously")
    if not isinstance(action["id"], str):
        raise ReplyError("action of a form has no id")
    return ServerReference(action["id"], bound_arguments(action["bound"], limits))
