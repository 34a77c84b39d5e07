"""What all tests share."""

from hypothesis import HealthCheck, settings

# Time is no verdict here: a busy machine must not fail a test.
settings.register_profile("locksmith", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("locksmith")
