"""What is served as it is: the browser runtime's files, under URLs that change with them, and `public/`."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Iterable, MutableMapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from starlette.responses import Response

from wingbeat.routing import Route

from .public_files import PublicFiles
from .refusals import NO_STORE, PLAIN_TYPE
from .wire_names import ASSET_PREFIX

__all__ = ["Assets"]

_IMMUTABLE = "public, max-age=31536000, immutable"
_JAVASCRIPT = "text/javascript; charset=utf-8"


class Assets:
    """Every file that this app serves as it is."""

    def __init__(
        self, public: Path, routes: Iterable[Route], *, development: bool, tells_changes: bool = False
    ) -> None:
        self.tells_changes = tells_changes
        """Whether pages are told of changes, which `wingbeat dev` does."""
        self._public_files = PublicFiles(public, routes, development=development)
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

    def find(self, path: str, scope: MutableMapping[str, Any]) -> Response | None:
        """Return the response of the file at a decoded `path` below the mount point, or None."""
        if path.startswith(ASSET_PREFIX):
            return self._runtime_file(path.removeprefix(ASSET_PREFIX))
        return self._public_files.find(path, scope)

    def _runtime_file(self, name: str) -> Response:
        version, _, file = name.partition("/")
        if version != self._hash or file not in self._manifest["files"]:
            # No page's business: a catch-all would answer a script of another deployment with HTML.
            return Response("Not found", 404, {"Cache-Control": NO_STORE}, PLAIN_TYPE)
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


@cache
def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(
        (resources.files("wingbeat") / "browser" / "manifest.json").read_text()
    )
    return manifest


@cache
def _runtime_content(mode: str, file: str) -> bytes:
    return (resources.files("wingbeat") / "browser" / mode / file).read_bytes()
