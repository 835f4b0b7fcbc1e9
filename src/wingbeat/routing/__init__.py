"""URLs and the folders of `app/`, without importing any of them."""

from .discovery import discover_routes
from .folders import GLOBAL_ERROR, RouteFolder
from .route_tree import Match, Route, RouteTree
from .segments import Segment, SegmentKind, parse_segment, stated_segment
from .url_paths import SAFE_IN_PATH, path_parts, spelled_path

__all__ = [
    "GLOBAL_ERROR",
    "SAFE_IN_PATH",
    "Match",
    "Route",
    "RouteFolder",
    "RouteTree",
    "Segment",
    "SegmentKind",
    "discover_routes",
    "parse_segment",
    "path_parts",
    "spelled_path",
    "stated_segment",
]
