"""The server's own log lines: from bytes to the entries of the failing request."""
