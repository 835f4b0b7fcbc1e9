"""The browser runtime's files and the project's `public/` folder.

Only what was listed is served; no path is ever built from a URL.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from starlette.responses import FileResponse, Response

from .wire_names import ASSET_PREFIX

__all__ = ["Assets"]

ICON_PATH = "/favicon.ico"
"""Browsers ask for it unbidden, and log an error when a project has none."""

_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATED = "public, max-age=0, must-revalidate"
_JAVASCRIPT = "text/javascript; charset=utf-8"


class Assets:
    """Every file that this app serves as it is."""

    def __init__(self, public: Path, *, development: bool) -> None:
        self._public = public
        self._development = development
        self._files = _listed(public)
        self.mode = "development" if development else "production"
        self._manifest: dict[str, Any] = _manifest()[self.mode]
        self._hash = hashlib.sha256(json.dumps(self._manifest, sort_keys=True).encode()).hexdigest()[:12]

    def runtime_url(self, base: str) -> str:
        """Return the URL of the browser runtime's module."""
        return self._url(base, self._manifest["runtime"])

    @property
    def late_content_script(self) -> str:
        """Return the script that a document with open Suspense boundaries contains."""
        return _runtime_content(self.mode, self._manifest["lateContent"]).decode()

    def import_map(self, base: str) -> dict[str, dict[str, str]]:
        """Return the import map by which other modules share the runtime's React."""
        return {"imports": {name: self._url(base, file) for name, file in self._manifest["imports"].items()}}

    def find(self, path: str) -> Response | None:
        """Return the file at `path` (below the mount point), or None."""
        if path.startswith(ASSET_PREFIX):
            return self._runtime_file(path.removeprefix(ASSET_PREFIX))
        file = self._files.get(path)
        if file is None and self._development:
            self._files = _listed(self._public)  # a file may be new
            file = self._files.get(path)
        if file is None:
            return _no_icon() if path == ICON_PATH else None
        return FileResponse(
            file, headers={"Cache-Control": _REVALIDATED, "X-Content-Type-Options": "nosniff"}
        )

    def _runtime_file(self, name: str) -> Response | None:
        version, _, file = name.partition("/")
        if version != self._hash or file not in self._manifest["files"]:
            return None
        kind = (
            _JAVASCRIPT
            if file.endswith(".js")
            else mimetypes.guess_type(file)[0] or "text/plain; charset=utf-8"
        )
        content = _runtime_content(self.mode, file)
        return Response(
            content,
            media_type=kind,
            headers={"Cache-Control": _IMMUTABLE, "X-Content-Type-Options": "nosniff"},
        )

    def _url(self, base: str, file: str) -> str:
        return f"{base}{ASSET_PREFIX}{self._hash}/{file}"


def _listed(public: Path) -> dict[str, Path]:
    if not public.is_dir():
        return {}
    files = (file for file in sorted(public.rglob("*")) if file.is_file() and not file.is_symlink())
    return {f"/{file.relative_to(public).as_posix()}": file for file in files}


@cache
def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(
        (resources.files("wingbeat") / "browser" / "manifest.json").read_text()
    )
    return manifest


@cache
def _runtime_content(mode: str, file: str) -> bytes:
    return (resources.files("wingbeat") / "browser" / mode / file).read_bytes()


def _no_icon() -> Response:
    return Response(status_code=204, headers={"Cache-Control": _REVALIDATED})
