"""What the operator knows of each service: services.yaml, and which service a report is about."""

from bot.services.file import KEYS, load
from bot.services.find import named, service_for, service_meant
from bot.services.service import Service, is_group, is_person

__all__ = ["KEYS", "Service", "is_group", "is_person", "load", "named", "service_for", "service_meant"]
