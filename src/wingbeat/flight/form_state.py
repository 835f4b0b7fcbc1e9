"""Decode form state: which `useActionState` a native form post belongs to, so that its result shows there.

    $ACTION_KEY=k1b2…  $ACTION_REF_1=  $ACTION_1:1=["B", null]  …   ->   (result, "k1b2…", "a1", 1)

The last item counts the bound arguments without the previous state, which is always the last of them.
All of it came from the browser; it only tells React where to put the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wingbeat.errors import ReplyError

from .form_data import File
from .hidden_inputs import REFERENCE_PREFIX, decode_bound_action, find_selectors
from .limits import DEFAULT_LIMITS, Limits
from .reply_store import Part, check_sizes

__all__ = ["FormState", "decode_form_state"]

KEY_FIELD: Final = "$ACTION_KEY"

FormState = tuple[object, str, str, int]
"""Result, key of the hook, id of the action, number of its bound arguments."""


def decode_form_state(
    result: object, fields: Sequence[Part], *, limits: Limits = DEFAULT_LIMITS
) -> FormState | None:
    """Return what React's `formState` option takes, or None when the form has no state."""
    check_sizes(fields, limits)
    key = next((value for name, value in fields if name == KEY_FIELD), None)
    if key is None:
        return None
    if isinstance(key, File) or len(key) > limits.form_key_characters:
        raise ReplyError(f"{KEY_FIELD} is not a short text")
    selectors = find_selectors(fields, (REFERENCE_PREFIX,))
    if not selectors:
        return None
    reference = decode_bound_action(fields, selectors[-1], limits)
    if not reference.bound:
        return None
    return result, key, reference.id, len(reference.bound) - 1
