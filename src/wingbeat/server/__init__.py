"""The only layer that knows HTTP: an app as an ASGI application."""

from .app import DEVELOPMENT_VARIABLE, App
from .app_key import BUILD_FOLDER, KEY_VARIABLES, write_key

__all__ = ["BUILD_FOLDER", "DEVELOPMENT_VARIABLE", "KEY_VARIABLES", "App", "write_key"]
