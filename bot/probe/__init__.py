"""The guarded probe: what an endpoint answers when it is asked now, and never an address that it may not ask."""
