"""`wingbeat build`: checks the whole app by loading it, then writes its key and manifest.

Without a key in the environment each build gets a fresh one, so an action can be called for its build only.
An app that cannot be loaded leaves the last build as it was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wingbeat.actions import AppPackage, find_unused
from wingbeat.server import APP_PACKAGE, BUILD_FOLDER, DEVELOPMENT_VARIABLE, KEY_VARIABLES, App, write_key

__all__ = ["BuildReport", "build"]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build found."""

    build: str
    """The deployment's name, equal on every instance with this key and these sources."""
    routes: list[str]
    """URL patterns of the pages."""
    answers: list[str]
    """URL patterns of what answers without a page (`route.py`), with the methods."""
    actions: list[str]
    """Dotted names of the actions."""
    unchecked: list[str]
    """Parameters of actions without an annotation: whatever the browser sends reaches them."""
    unused: list[str]
    """Actions that no page, client module or import statement of the app uses."""
    dropped: bool
    """Whether the unused ones are left out, so that nobody can call them (`drop_unused_actions`)."""
    made_key: bool
    """Whether the build has a key of its own, because the environment has none."""


def build(project: Path, environ: Mapping[str, str] = os.environ) -> BuildReport:
    """Write the build output of `project` and return what is in it. Raises what loading the app raises."""
    folder = project / BUILD_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    # The key is a secret, whatever the project's own .gitignore says.
    (folder.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    made_key = not any(environ.get(variable) for variable in KEY_VARIABLES)
    if not made_key:
        report = _report(project, environ, made_key=False)
    else:
        draft = folder / "key.draft"
        draft.unlink(missing_ok=True)
        try:
            write_key(draft)
            key = {KEY_VARIABLES[0]: draft.read_text(encoding="ascii")}
            report = _report(project, {**environ, **key}, made_key=True)
            draft.replace(folder / "key")
        finally:
            draft.unlink(missing_ok=True)
    manifest = {"build": report.build, "routes": report.routes, "actions": report.actions}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return report


def _report(project: Path, environ: Mapping[str, str], *, made_key: bool) -> BuildReport:
    site = App(project, environ={**environ, DEVELOPMENT_VARIABLE: ""}).site
    definitions = site.registry.definitions
    modules = AppPackage(project.resolve(), APP_PACKAGE).module_files()
    dropped = site.config.drop_unused_actions
    unused = site.registry.dropped if dropped else find_unused(project, modules, definitions)
    return BuildReport(
        build=site.build,
        routes=[route.pattern for route in site.routes.pages],
        answers=[
            f"{route.pattern} ({site.route_modules[route.module].allowed})"
            for route in site.routes.routes
            if not route.is_page
        ],
        actions=[f"{one.module.__name__}.{one.qualname}" for one in definitions],
        unchecked=[
            f"{one.where}: {parameter.name} of {one.qualname}()"
            for one in definitions
            for parameter in one.source.parameters
            if parameter.annotation is None
        ],
        unused=[f"{one.where}: {one.qualname}()" for one in unused],
        dropped=dropped,
        made_key=made_key,
    )
