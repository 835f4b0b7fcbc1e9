"""Action ids <-> definitions. The only place where an id from a request becomes a function.

    id = arity (1 character) + lane (4) + HMAC-SHA256(key, module, qualified name) (22)

The arity character's low five bits say how many arguments the function still takes, so that the browser sends
no more; the sixth says that a sealed argument comes first. Ids are public: safety never rests on them.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from types import ModuleType

from wingbeat.errors import SerializationError, StaleCapture, UnknownAction, UsageError
from wingbeat.flight import ServerReference

from .action import Action
from .capture_codec import decode_captured, encode_captured
from .capture_decoder import plain_action
from .definition import Definition, ModuleDefinitions
from .keys import Key, Keyring
from .sealing import MAX_TOKEN_CHARACTERS, Binding, Sealer, unseal

__all__ = ["Call", "Registry"]

ARITY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SEALED_BIT = 32
PARALLEL_LANE = "----"
_LANE, _HASH = 4, 22
_ID_CHARACTERS = 1 + _LANE + _HASH
_PURPOSE = "bound"


@dataclass(frozen=True, slots=True)
class Call:
    """An action found for a request, with what the server had bound to it."""

    action: Action
    args: list[object]
    """What the browser sent after the sealed argument."""


class Registry:
    """Every action of one app, by id; those in `dropped` have none, so that nobody can call them."""

    def __init__(
        self,
        keyring: Keyring,
        modules: Iterable[ModuleType],
        scope: str = "",
        *,
        dropped: Collection[Definition] = (),
    ) -> None:
        self._keyring = keyring
        self.dropped = tuple(dropped)
        self._scope = scope
        self._by_hash: dict[str, Definition] = {}
        self._ids: dict[tuple[str, str], str] = {}
        self._by_name: dict[tuple[str, str], Definition] = {}
        self._nested: dict[tuple[str, str], Definition] = {}
        for module in modules:
            if found := ModuleDefinitions.of(module):
                for definition in found.actions:
                    if definition not in self.dropped:
                        self._add(definition)
                self._nested |= {_name(one): one for group in found.nested.values() for one in group}

    @property
    def definitions(self) -> list[Definition]:
        """Every action, in order of module and line."""
        return list(self._by_name.values())

    def action_id(self, definition: Definition) -> str:
        """Return the public id of an unbound action."""
        return ARITY_ALPHABET[definition.arity] + self._ids[_name(definition)]

    def reference(self, action: Action, sealer: Sealer, subject: str | None) -> ServerReference:
        """Return the action as it goes over the wire: its id, and what is bound to it as one sealed argument.

        Raises SerializationError naming what cannot be captured, UsageError for a dropped action.
        """
        definition = action.definition
        if definition in self.dropped:
            raise UsageError(
                f"{definition.where}: the action {definition.qualname}() stands in a page, but drop_unused_actions "
                "dropped it: no source names it. Import it by its name where it is used."
            )
        action = action.handed_over()
        if action.captured is None and not action.args and not action.kwargs:
            return ServerReference(self.action_id(definition))
        where = f"{definition.where}: what the action {definition.qualname}() captures: "
        token = sealer.seal(encode_captured(action, where), self._binding(definition, subject))
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise SerializationError(
                f"{definition.where}: what the action {definition.qualname}() captures takes {len(token)} "
                f"characters, at most {MAX_TOKEN_CHARACTERS} travel. Pass an id and look the value up."
            )
        arity = ARITY_ALPHABET[action.open_arity | SEALED_BIT]
        return ServerReference(arity + self._ids[_name(definition)], (token,))

    def find(self, action_id: str) -> Definition:
        """Return the action of `action_id`. Raises UnknownAction."""
        definition = self._by_hash.get(action_id[-_HASH:]) if len(action_id) == _ID_CHARACTERS else None
        if definition is None or action_id[0] not in ARITY_ALPHABET:
            raise UnknownAction(f"no action {action_id[:40]!r} in this deployment")
        return definition

    def resolve(self, action_id: str, args: list[object], subject: str | None) -> Call:
        """Return the call that `action_id` and the decoded arguments stand for; nothing has run yet.

        Raises UnknownAction, or StaleCapture when the sealed argument does not open for this action and user.
        """
        definition = self.find(action_id)
        if not ARITY_ALPHABET.index(action_id[0]) & SEALED_BIT:
            return Call(plain_action(definition), args)
        token = args[0] if args else None
        if not isinstance(token, str):
            raise StaleCapture(f"{definition.qualname} was called without its sealed argument")
        content = unseal(token, self._binding(definition, subject), self._keyring)
        action = decode_captured(content, self._find_by_name)
        if not isinstance(action, Action) or action.definition is not definition:
            raise StaleCapture(f"{definition.qualname} was called with what another action captured")
        return Call(action, args[1:])

    def _add(self, definition: Definition) -> None:
        names = _name(definition)
        self._by_name[names] = definition
        for key in reversed(self._keyring.keys):  # the sealing key comes last: its id is the one handed out
            digest = _text(key.digest("action", *names), _HASH)
            self._by_hash[digest] = definition
            self._ids[names] = _lane(key, definition) + digest

    def _binding(self, definition: Definition, subject: str | None) -> Binding:
        # The name, not the id: the id changes with the key, and a rotated key must still open.
        return Binding(":".join(_name(definition)), _PURPOSE, definition.captured_names, self._scope, subject)

    def _find_by_name(self, module: str, qualname: str) -> Definition:
        definition = self._by_name.get((module, qualname)) or self._nested.get((module, qualname))
        if definition is None:
            raise StaleCapture(f"captured values need the function {qualname[:80]!r}")
        return definition


def _name(definition: Definition) -> tuple[str, str]:
    return definition.module.__name__, definition.qualname


def _lane(key: Key, definition: Definition) -> str:
    return (
        PARALLEL_LANE if definition.parallel else _text(key.digest("lane", definition.module.__name__), _LANE)
    )


def _text(digest: bytes, characters: int) -> str:
    return base64.urlsafe_b64encode(digest).decode()[:characters]
