"""Imported by the process that children are forked from: it imports here what they would each import again.

A process with threads cannot be forked safely, so the first module that starts one ends this, and children say so.
"""

from __future__ import annotations

import importlib
import os
import threading
from contextlib import suppress

from .warm import WARM_VARIABLE

__all__ = ["threaded_by"]


def _import_all() -> str:
    """Return the name of the module whose import started a thread, if one did."""
    for name in filter(None, os.environ.pop(WARM_VARIABLE, "").split(",")):
        with suppress(BaseException):  # what is missing or broken is told where the app imports it
            importlib.import_module(name)
        if threading.active_count() > 1:
            return name
    return ""


threaded_by = _import_all()
