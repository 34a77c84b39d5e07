"""What all tests share."""

import pytest
from hypothesis import HealthCheck, settings

# Time is no verdict here: a busy machine must not fail a test.
settings.register_profile("locksmith", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("locksmith")

LONG = (
    *("test_cases.py", "test_stories.py", "test_crashes.py", "test_watching.py", "test_engineers.py"),
    *("spikes/test_watch.py", "test_handover.py", "test_doors.py", "test_several_workspaces.py", "test_incidents.py"),
    *("test_staying.py", "test_stores.py", "test_told.py"),
)
"""Files that take longest go first: started last, one of them would keep all but one worker waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((n for n, name in enumerate(LONG) if item.path.match(name)), len(LONG)))
