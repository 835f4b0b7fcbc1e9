"""What hooks can ask for while a client component's twin renders its first HTML.

A twin is a function from props to a tree. While it runs, `current_twin` holds its frame; the server
implementations of hooks call `use_id` and `use_action_state` on it, in the order the component calls them.

    state, dispatch, pending = current_twin.get().use_action_state(action, {"message": ""})
    h.form(action=dispatch)[...]     posts natively before the page is hydrated, with React's hidden fields
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from types import MappingProxyType
from typing import NoReturn, final

from wingbeat.flight import ServerReference

from .tree_paths import Path, action_state_key, tree_id

__all__ = ["FormDispatch", "FormState", "TwinFrame", "current_twin"]

FormState = Sequence[object]
"""React's form state: `[value, key, action id, number of bound arguments]`."""

_DIGITS = "0123456789abcdefghijklmnopqrstuv"


@final
class FormDispatch:
    """The `form_action` that `useActionState` returns: a form's action that carries the state along."""

    __slots__ = ("key", "permalink", "reference")

    def __init__(self, reference: ServerReference, key: str, permalink: str | None) -> None:
        self.reference = reference
        self.key = key
        self.permalink = permalink

    def __call__(self, *_arguments: object) -> NoReturn:
        """Refuse: a first HTML only shows what there is."""
        raise RuntimeError(
            "An action state is dispatched in the browser, not while its first HTML is written."
        )


@final
class TwinFrame:
    """The hooks of one component while its twin runs."""

    __slots__ = ("_form_state", "_path", "_prefix", "action_states", "contexts", "ids", "matching")

    def __init__(
        self,
        path: Path,
        prefix: str,
        form_state: FormState | None,
        contexts: Mapping[object, object] = MappingProxyType({}),
    ) -> None:
        self._path = path
        self._prefix = prefix
        self._form_state = form_state
        self.contexts = contexts
        """What the components around provide, and from `provide` on this one."""
        self.ids = 0
        """How often `use_id` was called."""
        self.action_states = 0
        """How often `use_action_state` was called."""
        self.matching = -1
        """Which of them the posted form state belongs to."""

    def use_id(self) -> str:
        """Return an id that the browser's `useId` gives the same component."""
        local = f"H{_base32(self.ids)}" if self.ids else ""
        self.ids += 1
        return f"_{self._prefix}R_{tree_id(self._path)}{local}_"

    def provide(self, context: object, value: object) -> None:
        """Give `value` to every component inside this one that asks for `context`."""
        self.contexts = {**self.contexts, context: value}

    def use_context(self, context: object) -> object:
        """Return what the nearest component around provides, None without one."""
        return self.contexts.get(context)

    def use_action_state(
        self,
        action: object,
        initial_state: object,
        permalink: str | None = None,
        *,
        sent: Callable[[object], object] = lambda state: state,
    ) -> tuple[object, object, bool]:
        """Return `(state, form action, pending)`; the state is the posted one if it is this hook's.

        `sent` says what of the state the form posts back.
        """
        hook = self.action_states
        self.action_states += 1
        if not isinstance(action, ServerReference):
            return initial_state, _client_dispatch, False
        key = action_state_key(self._path, hook, permalink)
        bound = action.bound or ()
        if self._is_posted(action.id, len(bound), key):
            self.matching = hook
            assert self._form_state is not None
            initial_state = self._form_state[0]
        reference = ServerReference(action.id, (*bound, sent(initial_state)))
        return initial_state, FormDispatch(reference, key, permalink), False

    def markers(self) -> str:
        """Return the comments by which hydration finds the hook that the posted state belongs to."""
        if self._form_state is None:
            return ""
        return "".join(
            "<!--F!-->" if hook == self.matching else "<!--F-->" for hook in range(self.action_states)
        )

    def _is_posted(self, action_id: str, bound: int, key: str) -> bool:
        return self._form_state is not None and tuple(self._form_state[1:4]) == (key, action_id, bound)


current_twin: ContextVar[TwinFrame] = ContextVar("current_twin")
"""The component whose twin runs; unset outside."""


def _client_dispatch(*_arguments: object) -> NoReturn:
    raise RuntimeError("An action state is dispatched in the browser, not while its first HTML is written.")


def _base32(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 32)
        digits = _DIGITS[digit] + digits
    return digits
