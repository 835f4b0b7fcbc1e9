"""Seals what the server binds to an action, so that it can travel through the browser: AES-256-GCM.

    token = "v1." key-name "." base64url( flags[1] issued-at[8] salt[24] nonce[12] ciphertext tag[16] )
    key   = HKDF-SHA256(app key, salt, info = "wingbeat", version, scope, action, purpose)
    aad   = version, key name, flags, issued-at, salt, scope, action, purpose, captured names, subject

One key is derived per response and action from a fresh 192-bit salt: 50 forms cost one derivation, and no key
ever seals enough messages for random nonces to meet. Key and aad both name the action and the purpose, so no
token works in another place. Whatever is wrong with one, the answer is the same `StaleCapture`.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import time
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wingbeat.errors import StaleCapture

from .keys import Key, Keyring, length_prefixed

__all__ = ["Binding", "Sealer", "unseal"]

VERSION = "v1"
MAX_TOKEN_CHARACTERS = 64 * 1024
MAX_AGE_SECONDS = 14 * 24 * 3600
"""How long a page may stay open; Next.js keeps a build's key as long."""
MAX_CLOCK_SKEW_SECONDS = 60

_SALT, _NONCE, _TAG = 24, 12, 16
_HEAD = 1 + 8 + _SALT
_FLAG_SUBJECT = 1
_TOKEN = re.compile(r"v1\.([A-Za-z0-9_-]{8})\.([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Binding:
    """What a token is tied to: it opens for these very values only."""

    action: str
    purpose: str
    names: tuple[str, ...]
    """The captured names: after a deploy that changed them, the token is stale."""
    scope: str = ""
    subject: str | None = None
    """The user, when the app says who it is."""

    def info(self) -> bytes:
        """Return what the key is derived for."""
        return length_prefixed(
            b"wingbeat", VERSION.encode(), *_encoded(self.scope, self.action, self.purpose)
        )

    def aad(self, key_name: str, head: bytes) -> bytes:
        """Return what is authenticated beside the content; `head` is the token's clear part."""
        names = length_prefixed(*_encoded(*self.names))
        subject = _encoded(self.subject) if self.subject is not None else []
        place = _encoded(self.scope, self.action, self.purpose)
        return length_prefixed(VERSION.encode(), key_name.encode(), head, *place, names, *subject)


@dataclass(frozen=True, slots=True)
class _Place:
    """What every token of one response for one binding shares."""

    prefix: str
    head: bytes
    cipher: AESGCM
    aad: bytes


@dataclass(slots=True)
class Sealer:
    """Seals for one response. Make a new one for each: its salt and derived keys live as long as it does."""

    keyring: Keyring
    _salt: bytes = field(default_factory=lambda: os.urandom(_SALT), repr=False)
    _issued_at: int = field(default_factory=lambda: int(time.time()), repr=False)
    _places: dict[Binding, _Place] = field(default_factory=dict["Binding", "_Place"], repr=False)

    def seal(self, plaintext: bytes, binding: Binding) -> str:
        """Return the token of `plaintext`."""
        place = self._places.get(binding)
        if place is None:
            place = self._places[binding] = self._place(binding)
        nonce = os.urandom(_NONCE)
        content = place.head + nonce + place.cipher.encrypt(nonce, plaintext, place.aad)
        return place.prefix + base64.urlsafe_b64encode(content).decode().rstrip("=")

    def _place(self, binding: Binding) -> _Place:
        key = self.keyring.sealing
        flags = _FLAG_SUBJECT if binding.subject is not None else 0
        head = bytes([flags]) + self._issued_at.to_bytes(8, "big") + self._salt
        cipher = _derive(key, self._salt, binding.info())
        return _Place(f"{VERSION}.{key.name}.", head, cipher, binding.aad(key.name, head))


def unseal(token: str, binding: Binding, keyring: Keyring) -> bytes:
    """Return what was sealed. `binding.subject` is the present user. Raises StaleCapture, whatever is wrong."""
    match = _TOKEN.fullmatch(token) if len(token) <= MAX_TOKEN_CHARACTERS else None
    key = keyring.find(match[1]) if match else None
    content = _decoded(match[2]) if match else b""
    if key is None or len(content) < _HEAD + _NONCE + _TAG:
        raise StaleCapture("captured variables: no token of this app's keys")
    head, nonce, sealed = content[:_HEAD], content[_HEAD : _HEAD + _NONCE], content[_HEAD + _NONCE :]
    age = time.time() - int.from_bytes(head[1:9], "big")
    if not -MAX_CLOCK_SKEW_SECONDS <= age <= MAX_AGE_SECONDS:
        raise StaleCapture("captured variables: the page is too old")
    if not head[0] & _FLAG_SUBJECT:
        binding = replace(binding, subject=None)
    try:
        return _derive(key, head[9:], binding.info()).decrypt(nonce, sealed, binding.aad(key.name, head))
    except InvalidTag:
        raise StaleCapture(
            "captured variables: altered, or sealed for another action, user or version"
        ) from None


def _derive(key: Key, salt: bytes, info: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, info).derive(key.secret()))


def _decoded(text: str) -> bytes:
    """Decode base64url strictly: one text per content, so that no two tokens are the same one."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
    return content if base64.urlsafe_b64encode(content).decode().rstrip("=") == text else b""


def _encoded(*texts: str) -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in texts]
