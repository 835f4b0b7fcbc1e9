"""The folder `app/` on disk -> its routes. The one file of this layer that reads the disk; nothing is imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wingbeat.errors import RouteError

from .folders import RouteFolder, surrounding_files
from .route_tree import Route, RouteTree
from .segments import Segment, SegmentKind, parse_segment, stated_segment

__all__ = ["discover_routes"]


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path
    module: str
    segments: tuple[Segment, ...]
    above: tuple[RouteFolder, ...]


def discover_routes(app_folder: Path) -> RouteTree:
    """Return the routes of the package at `app_folder`, whose own name is the root module's.

    Raises RouteError for bad segments, two pages with one URL, or no page at all.
    """
    routes: list[Route] = []
    _collect(_Folder(app_folder, app_folder.name, (), ()), routes)
    if not routes:
        raise RouteError(
            f"{app_folder} holds no page. Create {app_folder / 'page.py'} with a function page()."
        )
    return RouteTree(routes)


def _collect(folder: _Folder, routes: list[Route]) -> None:
    files = surrounding_files(folder.path, is_root=not folder.above)
    folders = (*folder.above, RouteFolder(folder.module, len(folder.segments), files))
    page, route = folder.path / "page.py", folder.path / "route.py"
    if page.is_file() and route.is_file():
        raise RouteError(f"{page} and {route} would both answer one URL. Move one to a folder of its own.")
    if page.is_file() or route.is_file() or files:
        _require_importable(folder)
    if page.is_file():
        layouts = tuple(name for one in folders if (name := one.module("layout")))
        routes.append(Route(folder.segments, f"{folder.module}.page", layouts, str(page), folders=folders))
    elif route.is_file():
        routes.append(Route(folder.segments, f"{folder.module}.route", (), str(route), is_page=False))
    for child in sorted(folder.path.iterdir()):
        if child.is_dir() and not child.name.startswith((".", "__")):
            segment = _segment_of(child)
            if segment.kind is SegmentKind.PRIVATE:
                continue
            added = () if segment.kind is SegmentKind.GROUP else (segment,)
            _collect(
                _Folder(child, f"{folder.module}.{child.name}", (*folder.segments, *added), folders), routes
            )


def _require_importable(folder: _Folder) -> None:
    """Refuse a dot in a folder's name: to Python it is a border between names, but in `[...rest]`, which is known."""
    for path in [folder.path, *folder.path.parents][: folder.module.count(".") + 1]:
        if "." in path.name.replace("[...", ""):
            raise RouteError(
                f"{path}: Python imports nothing from a folder with a dot in its name. Name it "
                f"{path.name.replace('.', '_')!r} and state segment = {path.name!r} in its __init__.py."
            )


def _segment_of(folder: Path) -> Segment:
    init = folder / "__init__.py"
    stated = stated_segment(init.read_text(encoding="utf-8"), str(init)) if init.is_file() else None
    return parse_segment(stated or folder.name, str(folder))
