"""The one place that imports httpx, so that a successor is one change."""

import httpx

__all__ = ["httpx"]
