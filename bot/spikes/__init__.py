"""Spikes of 401s: counted by route, user agent and region, noticed, told apart, laid to a change."""
