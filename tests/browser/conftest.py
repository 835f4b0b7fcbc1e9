"""Browser tests share one Chromium per module."""

from support.chromium import browser, open_tab

__all__ = ["browser", "open_tab"]
