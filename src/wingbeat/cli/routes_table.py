"""What `wingbeat routes` prints: every URL of an app, what answers it, and the files that do.

    /              page          app/page.py                 app/layout.py
    /api/health    GET, HEAD     app/api/health/route.py

Folders stand as they are on disk, layouts from the outermost to the innermost.
"""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from wingbeat.routing import Route
from wingbeat.server import App

__all__ = ["routes_table"]

_COLUMNS = ("URL", "Answers", "File", "Layouts")


def routes_table(app: App, project: Path) -> Table:
    """Return the table of an app; files are named from `project` on."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in _COLUMNS:
        table.add_column(name, overflow="fold", no_wrap=name == "URL")
    for route in app.site.routes.routes:
        layouts = "\n".join(f"{name.replace('.', '/')}.py" for name in route.layouts)
        # Texts, for Rich reads `[id]` in a string as a style.
        cells = (route.pattern, _answers(app, route), str(Path(route.file).relative_to(project)), layouts)
        table.add_row(*map(Text, cells))
    return table


def _answers(app: App, route: Route) -> str:
    if route.is_page:
        return "page"
    return app.site.route_modules[route.module].allowed
