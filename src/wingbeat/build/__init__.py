"""Production output: the key and the list of pages and actions of one build."""

from .pipeline import BuildReport, build

__all__ = ["BuildReport", "build"]
