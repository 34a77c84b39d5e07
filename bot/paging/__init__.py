"""Tells the systems that people on call listen to: PagerDuty, Opsgenie, or whatever takes a signed webhook."""
