"""A real engine for every test."""

from tests.learning.conftest import redis

__all__ = ["redis"]
