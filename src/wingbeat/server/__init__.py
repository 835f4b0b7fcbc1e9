"""The only layer that knows HTTP: an app as an ASGI application."""

from .app import DEVELOPMENT_VARIABLE, App
from .app_key import BUILD_FOLDER, KEY_VARIABLES, write_key
from .site import APP_PACKAGE

__all__ = ["APP_PACKAGE", "BUILD_FOLDER", "DEVELOPMENT_VARIABLE", "KEY_VARIABLES", "App", "write_key"]
