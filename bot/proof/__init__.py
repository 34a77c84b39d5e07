"""Whether a fix was seen to work: by the server's own log lines of the same caller, or by asking again."""
