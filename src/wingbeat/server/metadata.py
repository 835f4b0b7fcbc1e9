"""The metadata of layouts and of the page in them, merged into one, as Next.js merges it.

    layout  {"title": {"template": "%s · Acme", "default": "Acme"}, "robots": "noindex"}
    page    {"title": "Cart", "robots": None}              ->   {"title": "Cart · Acme"}

The inner one replaces a field as a whole, also one that has fields itself. A title goes into the template of the
nearest layout above its own folder; `absolute` goes into none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, final

__all__ = ["MergedMetadata", "completed"]

_TITLED: Final = ("title", "open_graph", "twitter")
"""The title, and the fields that have one of their own; each has its own template."""


@final
@dataclass(slots=True)
class MergedMetadata:
    """Metadata merged so far, from the outermost layout on."""

    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    """What has been said; titles are texts."""
    _templates: dict[str, str | None] = field(default_factory=dict[str, "str | None"])

    def add(self, metadata: Mapping[str, Any], *, above: bool) -> None:
        """Merge the metadata of the next layout, or of the page.

        `above` says that the page stands in a folder below: only then is a template meant for it.
        """
        templates = dict(self._templates)
        for name, value in metadata.items():
            self.fields[name] = value
            if name == "title":
                self.fields[name], templates[name] = self._titled(name, value)
            elif name in _TITLED and value is not None:
                title, templates[name] = self._titled(name, value.get("title"))
                self.fields[name] = value if title is None else {**value, "title": title}
        if above:
            self._templates = templates

    def _titled(self, name: str, title: str | Mapping[str, str] | None) -> tuple[str | None, str | None]:
        """Return the text of a title, and the template for those below it."""
        template = title.get("template") if isinstance(title, Mapping) else None
        return _title_text(title, self._templates.get(name)), template


def completed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return merged fields with what Next.js derives: Open Graph's texts from the page's, Twitter's from both."""
    found = {name: value for name, value in fields.items() if value is not None}
    graph: Mapping[str, Any] | None = found.get("open_graph")
    twitter: Mapping[str, Any] | None = found.get("twitter")
    if graph is not None:
        given = {name: graph[name] for name in ("title", "description", "images") if graph.get(name)}
        twitter = given if twitter is None else given | {name: one for name, one in twitter.items() if one}
        found["open_graph"] = _inheriting(graph, found)
    if twitter is not None:
        found["twitter"] = _inheriting(twitter, found)
    return found


def _inheriting(texts: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    inherited = {name: fields[name] for name in ("title", "description") if fields.get(name)}
    return inherited | {name: value for name, value in texts.items() if value or name not in inherited}


def _title_text(title: str | Mapping[str, str] | None, template: str | None) -> str | None:
    if title is None:
        return None
    if isinstance(title, str):
        return _in_template(title, template)
    if absolute := title.get("absolute"):
        return absolute
    return _in_template(title["default"], template) if "default" in title else ""


def _in_template(text: str, template: str | None) -> str:
    return template.replace("%s", text) if template else text
