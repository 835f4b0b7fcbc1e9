"""URLs and the folders of `app/`, without importing any of them."""

from .discovery import discover_routes
from .route_tree import Match, Route, RouteTree
from .segments import Segment, SegmentKind, parse_segment, stated_segment

__all__ = [
    "Match",
    "Route",
    "RouteTree",
    "Segment",
    "SegmentKind",
    "discover_routes",
    "parse_segment",
    "stated_segment",
]
