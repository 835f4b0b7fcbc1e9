"""`wingbeat build`: checks the whole app by loading it, then writes its key and manifest.

Without a key in the environment each build gets a fresh one, so an action can be called for its build only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wingbeat.server import BUILD_FOLDER, DEVELOPMENT_VARIABLE, KEY_VARIABLES, App, write_key

__all__ = ["BuildReport", "build"]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build found."""

    routes: list[str]
    """URL patterns of the pages."""
    actions: list[str]
    """Dotted names of the actions."""
    unchecked: list[str]
    """Parameters of actions without an annotation: whatever the browser sends reaches them."""
    made_key: bool


def build(project: Path, environ: Mapping[str, str] = os.environ) -> BuildReport:
    """Write the build output of `project` and return what is in it. Raises what loading the app raises."""
    folder = project / BUILD_FOLDER
    made_key = not any(environ.get(variable) for variable in KEY_VARIABLES)
    if made_key:
        (folder / "key").unlink(missing_ok=True)
        write_key(folder / "key")
    site = App(project, environ={**environ, DEVELOPMENT_VARIABLE: ""}).site
    definitions = site.registry.definitions
    report = BuildReport(
        routes=[route.pattern for route in site.routes.routes],
        actions=[f"{one.module.__name__}.{one.qualname}" for one in definitions],
        unchecked=[
            f"{one.where}: {parameter.name} of {one.qualname}()"
            for one in definitions
            for parameter in one.source.parameters
            if parameter.annotation is None
        ],
        made_key=made_key,
    )
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {"build": site.build, "routes": report.routes, "actions": report.actions}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return report
