"""The only layer that knows HTTP: an app as an ASGI application."""

from .app import DEVELOPMENT_VARIABLE, App
from .app_key import BUILD_FOLDER, KEY_VARIABLES, write_key
from .hosts import DEVELOPMENT_HOST_VARIABLE, Hosts
from .site import APP_PACKAGE
from .tracebacks import own_traceback
from .wire_names import DEVELOPMENT_EVENTS_PATH

__all__ = [
    "APP_PACKAGE",
    "BUILD_FOLDER",
    "DEVELOPMENT_EVENTS_PATH",
    "DEVELOPMENT_HOST_VARIABLE",
    "DEVELOPMENT_VARIABLE",
    "KEY_VARIABLES",
    "App",
    "Hosts",
    "own_traceback",
    "write_key",
]
