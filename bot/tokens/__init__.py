"""Tokens, keys and signed links taken apart: facts from raw values, findings from facts."""
