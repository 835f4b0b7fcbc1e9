"""Client components of the browser runtime, usable from Python with no Node.

Each has a twin here that writes what the component gives on its first render in the browser.
"""

from .buttons import reset_button, submit_button

__all__ = ["reset_button", "submit_button"]
