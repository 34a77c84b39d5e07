"""Locksmith: gets people past an HTTP 401."""
