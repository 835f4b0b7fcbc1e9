"""What a folder of `app/` holds beside its page: the layout, and the files for what is not there or went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wingbeat.errors import RouteError

__all__ = ["GLOBAL_ERROR", "RouteFolder", "surrounding_files"]

GLOBAL_ERROR: Final = "global_error"
"""What takes the place of the whole document; it stands beside the root layout."""

_NAMES: Final = ("layout", "error", "loading", "not_found", "forbidden", "unauthorized", GLOBAL_ERROR)


@dataclass(frozen=True, slots=True)
class RouteFolder:
    """One folder on the way to a page."""

    package: str
    """Its name to Python, such as `app.admin`."""
    depth: int
    """How many segments its URLs have at least."""
    files: frozenset[str]
    """Which of the surrounding files it has, without `.py`."""

    def module(self, name: str) -> str | None:
        """Return the module of one of them, None if it is not there."""
        return f"{self.package}.{name}" if name in self.files else None


def surrounding_files(folder: Path, *, is_root: bool) -> frozenset[str]:
    """Return which surrounding files `folder` has. Raises RouteError for a global error page that is not the app's."""
    found = frozenset(name for name in _NAMES if (folder / f"{name}.py").is_file())
    if GLOBAL_ERROR in found and not is_root:
        raise RouteError(
            f"{folder / GLOBAL_ERROR}.py: there is one global error page, beside the root layout. Move it there, or "
            "name it error.py, which shows what fails in this folder."
        )
    return found
