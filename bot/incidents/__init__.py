"""Spikes as people on call see them: one message an incident, kept true until it is over."""
