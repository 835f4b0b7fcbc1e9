"""Every name that the server and the browser runtime must spell alike (twin: packages/client/src/wire-names.ts)."""

from __future__ import annotations

from typing import Final

COMPONENT_TYPE: Final = "text/x-component"
PAYLOAD_PARAMETER: Final = "_wingbeat"
WHOLE_PAGE: Final = "whole"
"""The parameter's value by which a browser without JavaScript asks for a page with everything in it."""
INLINE_QUEUE: Final = "__wingbeat"
SHOW_CONTENT: Final = "__wingbeat_show"
FAIL_CONTENT: Final = "__wingbeat_fail"

ACTION_HEADER: Final = "Wingbeat-Action"
ACTION_NOT_FOUND_HEADER: Final = "Wingbeat-Action-Not-Found"
ACTION_STALE_HEADER: Final = "Wingbeat-Action-Stale"
REDIRECT_HEADER: Final = "Wingbeat-Redirect"
REDIRECT_TYPE_HEADER: Final = "Wingbeat-Redirect-Type"
PREFETCH_HEADER: Final = "Wingbeat-Prefetch"
"""On a request for a page that nobody has gone to yet: for pages and middleware to read."""

ASSET_PREFIX: Final = "/_wingbeat/"
DEVELOPMENT_EVENTS_PATH: Final = "/_wingbeat/dev-events"
"""Where `wingbeat dev` tells the open pages what changed."""
DEVELOPMENT_EVENTS_MARK: Final = "data-wingbeat-events"
"""The attribute of the runtime's script by which the runtime knows that there are such events."""
