"""Amazon CloudWatch Logs by boto3 (`locksmith[cloudwatch]`): FilterLogEvents.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from bot.logs.stores.interface import Ask, Row, Store, StoreError
from bot.logs.stores.quoting import groups_of_runs
from bot.logs.stores.rows import epoch, since_epoch

if TYPE_CHECKING:
    from bot.logs.stores.http import Http

LONGEST_S = 6.0
"""Seconds for the pages of a stretch: they may be empty and have a next one all the same."""
BACK = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))
"""Events come oldest first: for the newest, stretches are read one after the other, from the end backwards."""
LONGEST = 1_024
"""Characters of a filter pattern."""
THREADS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudWatch(Store):
    """Events of a log group. The credentials are the AWS SDK's own: environment, profile, role."""

    kind: ClassVar[str] = "cloudwatch"
    web: ClassVar[bool] = False
    without: ClassVar = ("credentials", "cacert")
    shapes: ClassVar = {"cloudwatch": re.compile(r"[\w./#-]+", re.ASCII)}

    region: str | None = None
    profile: str | None = None
    """A profile of the AWS configuration."""
    streams: str | None = None
    """What the names of the log streams begin with."""
    endpoint: str | None = None
    """Another address of the service, such as a VPC endpoint's."""

    async def rows(self, ask: Ask, http: Http) -> Sequence[Row]:
        """Every page of each stretch; boto3 blocks, so it has a thread."""
        return await asyncio.get_running_loop().run_in_executor(_threads(), self._rows, ask)

    def _rows(self, ask: Ask) -> list[Row]:
        try:
            import botocore.exceptions as wrong
        except ModuleNotFoundError:
            raise self.fault("needs boto3; install it with pip install 'locksmith[cloudwatch]'") from None
        found: list[Row] = []
        try:
            client = _client(self.region, self.profile, self.endpoint)
            for start, end in _stretches(ask):
                events, left = self._events(client, start, end, ask), ask.most - len(found)
                found += deque(events, maxlen=left) if ask.newest_first else islice(events, left)
        except (wrong.BotoCoreError, wrong.ClientError) as error:
            raise self._reason(error) from None
        return found

    def _events(self, client: Any, start: datetime, end: datetime, ask: Ask) -> Iterator[Row]:
        asked: dict[str, Any] = {"logGroupName": self.place, "startTime": epoch(start) // 1_000}
        asked |= {"endTime": epoch(end) // 1_000 + 1, "limit": ask.most}
        if pattern := _pattern(ask.having):
            asked["filterPattern"] = pattern
        if self.streams:
            asked["logStreamNamePrefix"] = self.streams
        ends = time.monotonic() + LONGEST_S
        while time.monotonic() < ends:
            page = client.filter_log_events(**asked)
            for event in page["events"]:
                at = since_epoch(microseconds=event["timestamp"] * 1_000)
                yield Row(at, event.get("logStreamName", ""), event["message"])
            if not (token := page.get("nextToken")):
                return
            asked["nextToken"] = token
        raise self.fault("was not read to its end in time; name 'streams', or ask with the exact time")

    def _reason(self, error: Exception) -> StoreError:
        code = getattr(error, "response", {}).get("Error", {}).get("Code", type(error).__name__)
        return self.fault(REASONS.get(code, f"fails ({code}); see whether it is well, and its entry in services.yaml"))


REASONS = {
    "AccessDeniedException": "may not be read; allow logs:FilterLogEvents on it",
    "ResourceNotFoundException": "there is no such log group; check its name and 'region'",
    "UnrecognizedClientException": "refuses the credentials; check the AWS credentials of the bot",
    "InvalidSignatureException": "refuses the credentials; check the AWS credentials of the bot",
    "ExpiredTokenException": "refuses the credentials, which have expired; renew them",
    "NoCredentialsError": "wants credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role or profile",
    "NoRegionError": "needs a region; name it under 'region'",
    "ProfileNotFound": "names a profile that there is not; check 'profile'",
    "ThrottlingException": "is asked too often; ask again in a while",
    "EndpointConnectionError": "cannot be reached; check 'region' and the network",
    "ConnectTimeoutError": "takes no connection in time; check 'region' and the network",
    "SSLError": "has a TLS certificate that is not trusted; check 'endpoint'",
}
"""Error codes of the service and errors of the SDK, in words."""


@cache
def _client(region: str | None, profile: str | None, endpoint: str | None) -> Any:
    """Made once, since the SDK reads megabytes of descriptions for it; threads may share it."""
    import boto3
    from botocore.config import Config

    limits = Config(connect_timeout=4, read_timeout=6, retries={"total_max_attempts": 3, "mode": "standard"})
    return boto3.Session(profile_name=profile, region_name=region).client("logs", endpoint_url=endpoint, config=limits)


@cache
def _threads() -> ThreadPoolExecutor:
    """Of its own, so that nobody waits for one that AWS keeps waiting."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="cloudwatch")


def _stretches(ask: Ask) -> Iterator[tuple[datetime, datetime]]:
    if not ask.newest_first:
        yield ask.start, ask.end
        return
    ends = [ask.end - back for back in BACK if ask.end - back > ask.start]
    yield from zip([*ends[1:], ask.start], ends, strict=True)


def _pattern(having: Sequence[Sequence[str]]) -> str:
    """Quoted terms, of each text the longest run: all single ones, else any of a group; the reader looks at the rest.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    """
    groups = groups_of_runs(having)
    single = [f'"{group[0][0]}"' for group in groups if len(group) == 1]
    any_of = [f'?"{term}"' for group in groups if len(group) > 1 for runs in group for term in _cased(runs[0])]
    pattern = " ".join(dict.fromkeys(single or any_of))
    return pattern if len(pattern) <= LONGEST else ""


def _cased(run: str) -> tuple[str, ...]:
    """A word as it stands within a sentence and at its beginning, since terms are case-sensitive."""
    return (run, run.capitalize()) if run.isalpha() else (run,)
