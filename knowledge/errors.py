"""What is wrong with a knowledge file, and where."""

from __future__ import annotations


class KnowledgeError(Exception):
    """A fault in a knowledge file: names the file and the line."""
