"""Where an app is mounted, and the path below it, both percent-encoded as they go into URLs, headers and cookies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from wingbeat.routing import SAFE_IN_PATH, spelled_path

__all__ = ["split_mount"]


def split_mount(scope: Mapping[str, Any]) -> tuple[str, str]:
    """Return the mount point without a final slash, and the path below it; a scope may hold either with the other."""
    base = quote(scope.get("root_path", "").rstrip("/"), safe=SAFE_IN_PATH)
    path = spelled_path(scope)
    below = path.removeprefix(base) if path == base or path.startswith(f"{base}/") else path
    return base, below or "/"
