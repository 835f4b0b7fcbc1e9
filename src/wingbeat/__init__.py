"""Wingbeat: React's Server Actions for Python.

A function whose docstring is `"use server"` runs on the server and is called from forms, event handlers and
effects: no endpoint, no fetch, no duplicated types. Start with `wingbeat new`, or see the tutorial.
"""

from .actions import Validated
from .errors import ActionError
from .flight import UNDEFINED, BigInt, File, FormData
from .rendering import component, error_boundary, fragment, suspense
from .request import (
    Redirect,
    cookies,
    forbidden,
    headers,
    not_found,
    permanent_redirect,
    redirect,
    refresh,
    revalidate_path,
    unauthorized,
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
    "component",
    "cookies",
    "error_boundary",
    "forbidden",
    "fragment",
    "headers",
    "not_found",
    "permanent_redirect",
    "redirect",
    "refresh",
    "revalidate_path",
    "suspense",
    "unauthorized",
]
