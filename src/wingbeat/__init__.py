"""Wingbeat."""
