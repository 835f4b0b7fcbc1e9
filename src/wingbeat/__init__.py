"""Wingbeat: React's Server Actions for Python.

A function whose docstring is `"use server"` runs on the server and is called from forms, event handlers and
effects: no endpoint, no fetch, no duplicated types. Start with `wingbeat new`, or see the tutorial.
"""

from .actions import Validated, guarded_by
from .errors import ActionError
from .flight import UNDEFINED, BigInt, File, FormData, taint_object, taint_value
from .rendering import component, error_boundary, fragment, suspense
from .request import (
    Redirect,
    after,
    cookies,
    forbidden,
    headers,
    not_found,
    permanent_redirect,
    redirect,
    refresh,
    revalidate_path,
    revalidate_tag,
    unauthorized,
    update_tag,
)
from .server import App

__all__ = [
    "UNDEFINED",
    "ActionError",
    "App",
    "BigInt",
    "File",
    "FormData",
    "Redirect",
    "Validated",
    "after",
    "component",
    "cookies",
    "error_boundary",
    "forbidden",
    "fragment",
    "guarded_by",
    "headers",
    "not_found",
    "permanent_redirect",
    "redirect",
    "refresh",
    "revalidate_path",
    "revalidate_tag",
    "suspense",
    "taint_object",
    "taint_value",
    "unauthorized",
    "update_tag",
]
