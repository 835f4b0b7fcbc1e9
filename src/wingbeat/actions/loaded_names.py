"""Names of what stands at module level <-> the thing itself, among the modules that are loaded already.

    Invoice   <->  "app.models:Invoice"        Status.Kind  <->  "app.models:Status.Kind"

Nothing is imported, no attribute code runs: only the dictionaries of modules and classes are read.
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["find_loaded", "name_of", "variable_name"]


def find_loaded(name: str) -> object:
    """Return what `module:qualname` names, None when this process has no such thing."""
    module, _, qualname = name.partition(":")
    found: object = sys.modules.get(module)
    for part in qualname.split("."):
        if found is None or not hasattr(found, "__dict__"):
            return None
        found = vars(found).get(part)
    return found


def name_of(value: Any) -> str | None:
    """Return the name by which `find_loaded` finds a class, function or component, None if it does not."""
    name = f"{value.__module__}:{value.__qualname__}"
    return name if find_loaded(name) is value else None


def variable_name(value: object) -> str | None:
    """Return the name of a module's variable that holds this very object, None if no module has one."""
    names = [
        f"{module_name}:{name}"
        for module_name, module in list(sys.modules.items())
        for name, held in list(getattr(module, "__dict__", {}).items())
        if held is value
    ]
    return min(names, default=None)
