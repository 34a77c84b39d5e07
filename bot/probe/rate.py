"""A limit on how often one host is asked, so that the bot cannot be used to hammer anyone."""

from __future__ import annotations

from dataclasses import dataclass, field

BURST, PER_SECOND = 40.0, 4.0
MOST_HOSTS = 1000


@dataclass(slots=True)
class RateLimit:
    """A token bucket for each host; `now` is in seconds of any steady clock."""

    burst: float = BURST
    per_second: float = PER_SECOND
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait(self, host: str, now: float) -> float:
        """Take one turn for this host; how many seconds to wait before using it."""
        tokens, since = self._buckets.get(host, (self.burst, now))
        tokens = min(self.burst, tokens + (now - since) * self.per_second) - 1
        self._buckets[host] = (tokens, now)
        if len(self._buckets) > MOST_HOSTS:
            self._forget(now)
        return max(0.0, -tokens / self.per_second)

    def _forget(self, now: float) -> None:
        full = self.burst / self.per_second
        self._buckets = {h: (t, s) for h, (t, s) in self._buckets.items() if now - s < full}
