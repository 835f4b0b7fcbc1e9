"""Client components of the browser runtime, usable from Python with no Node.

Each has a twin here that writes what the component gives on its first render in the browser.
"""

from .action_forms import action_form, field_error, form_message
from .buttons import reset_button, submit_button

__all__ = ["action_form", "field_error", "form_message", "reset_button", "submit_button"]
