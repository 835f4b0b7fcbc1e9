"""The files of a project's `public/` folder, each at the URL of its path.

    public/robots.txt   ->   /robots.txt      checked again by the browser each time (ETag, Last-Modified), in ranges

Only what was listed at start is served; no path is ever built from a URL. Hidden files are not listed, except those
in `.well-known/` (RFC 8615), nor are symbolic links. A file with the URL of a page is an error; one that only a
dynamic page would answer is what people see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from wingbeat.errors import RouteError
from wingbeat.routing import Route, SegmentKind

from .wire_names import ASSET_PREFIX

__all__ = ["ICON_PATH", "REVALIDATED", "PublicFiles"]

ICON_PATH = "/favicon.ico"
"""Browsers ask for it unbidden, and log an error when a project has none."""
REVALIDATED = "public, max-age=0, must-revalidate"
"""Stored, and asked for again each time: the file may have another content after the next deployment."""

_WELL_KNOWN = ".well-known"

# Never given a folder: it only makes responses of files that we have found.
_RESPONSES = StaticFiles()


class PublicFiles:
    """The files of one folder. Raises RouteError, naming both, where a file and one of `routes` have one URL."""

    def __init__(self, folder: Path, routes: Iterable[Route], *, development: bool) -> None:
        self._folder = folder
        self._claimed = _claimed(routes)
        self._development = development
        self._files = self._listed()

    def find(self, path: str, scope: MutableMapping[str, Any]) -> Response | None:
        """Return the response to a GET or HEAD of the file at a decoded path, or None."""
        file = self._files.get(path)
        if file is None and self._development:
            self._files = self._listed()  # a file may be new
            file = self._files.get(path)
        if file is None:
            return _no_icon() if path == ICON_PATH else None
        response = _RESPONSES.file_response(file, file.stat(), scope)
        response.headers["Cache-Control"] = REVALIDATED
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _listed(self) -> dict[str, Path]:
        if not self._folder.is_dir():
            return {}
        files = {
            f"/{file.relative_to(self._folder).as_posix()}": file
            for file in sorted(self._folder.rglob("*"))
            if self._is_public(file)
        }
        for path, file in files.items():
            if route := self._claimed.get(path):
                raise RouteError(f"{file} and {route.file} have one URL, {path}. Rename or move one.")
            if path.startswith(ASSET_PREFIX):
                raise RouteError(f"{file}: URLs below {ASSET_PREFIX} belong to the browser runtime. Move it.")
        return files

    def _is_public(self, file: Path) -> bool:
        first, *rest = file.relative_to(self._folder).parts
        is_hidden = (first.startswith(".") and first != _WELL_KNOWN) or any(
            part.startswith(".") for part in rest
        )
        return file.is_file() and not file.is_symlink() and not is_hidden


def _claimed(routes: Iterable[Route]) -> Mapping[str, Route]:
    """Return the routes that answer one URL only, by its decoded path."""
    return {
        "/" + "/".join(segment.name for segment in route.segments): route
        for route in routes
        if all(segment.kind is SegmentKind.STATIC for segment in route.segments)
    }


def _no_icon() -> Response:
    return Response(status_code=204, headers={"Cache-Control": REVALIDATED})
