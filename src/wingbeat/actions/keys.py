"""The app's secret keys: what seals captured variables and makes action ids.

Each is 32 random bytes in base64, as `openssl rand -base64 32` prints. In a comma-separated list the first one
seals and all of them open, so a key is rotated by putting the new one in front.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from wingbeat.errors import ConfigError

__all__ = ["Key", "Keyring", "length_prefixed", "new_key"]

KEY_BYTES = 32
MIN_DISTINCT_BYTES = 12
"""A random key has about 30 distinct bytes; fewer than this is a typed or repeated one."""


def new_key() -> str:
    """Return a fresh key in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


class Key:
    """One key, with the public name that tokens carry to say which key opens them."""

    __slots__ = ("_secret", "name")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        digest = hmac.digest(secret, b"wingbeat key name v1", hashlib.sha256)
        self.name = base64.urlsafe_b64encode(digest[:6]).decode()

    def secret(self) -> bytes:
        """Return the 32 bytes. Never log them."""
        return self._secret

    def digest(self, *parts: str) -> bytes:
        """Return the HMAC-SHA256 of `parts`, kept apart by their lengths."""
        return hmac.digest(self._secret, length_prefixed(*(part.encode() for part in parts)), hashlib.sha256)

    def __repr__(self) -> str:
        return f"<Key {self.name}>"

    def __reduce__(self) -> str:
        raise TypeError("a Key is never pickled")


class Keyring:
    """The keys in force: the first one seals, all of them open."""

    def __init__(self, keys: list[Key]) -> None:
        assert keys
        self.keys = tuple(keys)
        self._by_name = {key.name: key for key in keys}

    @classmethod
    def read(cls, text: str, source: str) -> Keyring:
        """Return the keys in `text`; `source` names where it came from. Raises ConfigError without the key in it."""
        secrets_ = [_decoded(part.strip(" "), source) for part in text.split(",")]
        if len(set(secrets_)) != len(secrets_):
            raise ConfigError(f"{source} must hold one key, or several different ones separated by commas.")
        return cls([Key(secret) for secret in secrets_])

    @property
    def sealing(self) -> Key:
        """The key that seals."""
        return self.keys[0]

    def find(self, name: str) -> Key | None:
        """Return the key of that public name."""
        return self._by_name.get(name)


def length_prefixed(*parts: bytes) -> bytes:
    """Join `parts` so that no two different lists give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _decoded(text: str, source: str) -> bytes:
    try:
        secret = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES or len(set(secret)) < MIN_DISTINCT_BYTES:
        raise ConfigError(
            f"{source} is no key: it takes 32 random bytes in base64. Make one: openssl rand -base64 32"
        )
    return secret
