"""The engines that run here: ClickHouse (chdb) and CloudWatch Logs (moto), each behind its HTTP interface."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.logs.stores.standins import AT, Record, basic

FRONT = Path(__file__).with_name("clickhouse_front.py")
CLICKHOUSE_USER = "reader:p@ss:wörd"


class ClickHouseServer:
    """A table `logs.http` in a real engine."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, sql: str, body: str = "") -> str:
        """The answer to a statement, with what follows it."""
        request = urllib.request.Request(
            f"{self.url}/", f"{sql}{body}".encode(), {"Authorization": basic(CLICKHOUSE_USER)}
        )
        with urllib.request.urlopen(request) as answer:
            return str(answer.read().decode())

    def fill(self, records: Sequence[Record]) -> None:
        """Have these rows and no others."""
        self.run("CREATE DATABASE IF NOT EXISTS logs")
        self.run("DROP TABLE IF EXISTS logs.http")
        self.run(
            "CREATE TABLE logs.http (ts DateTime64(3, 'UTC'), line String, request_id Nullable(String), pod String)"
            " ENGINE = MergeTree ORDER BY ts"
        )
        rows = [
            {"ts": _stamp(r.time), "line": r.line, "request_id": r.fields.get("request_id"), "pod": r.stream}
            for r in records
        ]
        if rows:
            self.run("INSERT INTO logs.http FORMAT JSONEachRow\n", "\n".join(map(json.dumps, rows)))


def _stamp(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}.{time.microsecond // 1000:03}"


@pytest.fixture(scope="session")
def clickhouse() -> Iterator[ClickHouseServer]:
    with subprocess.Popen([sys.executable, FRONT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin
        assert child.stdout
        yield ClickHouseServer(f"http://127.0.0.1:{child.stdout.readline().strip()}")
        child.stdin.close()


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def cloudwatch(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Sequence[Record]], None]:
    """Fills a log group of that name, when the records were written: what is older than two weeks is refused."""
    monkeypatch.setattr("moto.logs.models.utcnow", lambda: (AT + timedelta(hours=1)).replace(tzinfo=None))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    import boto3

    client = boto3.client("logs", region_name="eu-west-1", endpoint_url=moto_url)

    def fill(group: str, records: Sequence[Record]) -> None:
        client.create_log_group(logGroupName=group)
        for stream in dict.fromkeys(r.stream for r in records):
            client.create_log_stream(logGroupName=group, logStreamName=stream)
            own = sorted((r for r in records if r.stream == stream), key=lambda r: r.time)
            events = [{"timestamp": round(r.time.timestamp() * 1000), "message": r.line} for r in own]
            for first in range(0, len(events), 1000):
                some = events[first : first + 1000]
                answer = client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=some)
                assert "rejectedLogEventsInfo" not in answer

    return fill
