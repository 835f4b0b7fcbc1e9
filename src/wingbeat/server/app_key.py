"""Which key an app uses: the environment's, else the build's, else, in development only, the cache folder's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from wingbeat.actions import Keyring, new_key
from wingbeat.errors import ConfigError

__all__ = ["BUILD_FOLDER", "CACHE_FOLDER", "KEY_VARIABLES", "read_keyring", "write_key"]

KEY_VARIABLES = ("WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY", "NEXT_SERVER_ACTIONS_ENCRYPTION_KEY")
BUILD_FOLDER = Path(".wingbeat/build")
CACHE_FOLDER = Path(".wingbeat/cache")
_OWNER_ONLY = 0o600


def read_keyring(project: Path, *, development: bool, environ: Mapping[str, str] = os.environ) -> Keyring:
    """Return the keys of the project. Raises ConfigError naming both fixes when production has none."""
    for variable in KEY_VARIABLES:
        if text := environ.get(variable):
            return Keyring.read(text, variable)
    built = project / BUILD_FOLDER / "key"
    if not development:
        if not built.is_file():
            raise ConfigError(
                f"no key for this app. Run `wingbeat build` in {project}, which makes one for this build, or set "
                f"{KEY_VARIABLES[0]} (several instances must share it; make one with: openssl rand -base64 32)."
            )
        return Keyring.read(built.read_text(encoding="ascii"), str(built))
    cached = project / CACHE_FOLDER / "key"
    if not cached.is_file():
        write_key(cached)
    return Keyring.read(cached.read_text(encoding="ascii"), str(cached))


def write_key(file: Path) -> None:
    """Put a fresh key into `file`, readable by its owner only. Another process's key is kept if it came first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "w") as stream:
        stream.write(new_key())
    try:
        os.link(draft, file)  # complete or absent: a reader never sees half a key
    except FileExistsError:
        pass
    finally:
        draft.unlink()
