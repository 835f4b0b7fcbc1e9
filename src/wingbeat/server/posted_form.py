"""What a native form post says about the `useActionState` that its result belongs to. All of it is a stranger's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wingbeat.flight import FormData, FormState, Limits, Part, ServerReference, decode_form_state
from wingbeat.ui.posted_forms import ACTION_FORM_FIELD

__all__ = ["PostedForm", "read_posted_form"]


@dataclass(frozen=True, slots=True)
class PostedForm:
    """A form that was posted without JavaScript and shows how its action ended."""

    state: FormState
    """Which hook it is; the result in it is still missing."""
    previous: object
    """The state that the form had, as the browser says."""
    entries: FormData
    is_action_form: bool
    """It shows failures too."""

    def with_result(self, result: object) -> FormState:
        """Return the form state that React is given."""
        return (result, *self.state[1:])


def read_posted_form(
    parts: Sequence[Part], reference: ServerReference, entries: FormData, limits: Limits
) -> PostedForm | None:
    """Return what is known of the form that called `reference`, or None when it keeps no state.

    Raises ReplyError for a key that no page of React's sends.
    """
    state = decode_form_state(None, parts, limits=limits)
    if state is None or not reference.bound:
        return None
    is_action_form = any(name == ACTION_FORM_FIELD for name, _ in parts)
    return PostedForm(state, reference.bound[-1], entries, is_action_form)
