"""The browser of this folder's tests."""

from support.chromium import browser, open_tab  # noqa: F401
