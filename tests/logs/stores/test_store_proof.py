"""Whether a fix works is seen in a log store as it is in files."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.proof.lines import Sought, lines
from tests.logs.stores.places import ENVIRON, stand_in
from tests.logs.stores.standins import AT
from tests.logs.stores.test_stores import access, record


@pytest.mark.parametrize("kind", ["loki", "victorialogs", "elasticsearch"])
def test_the_rows_of_the_caller_on_the_route_are_read(kind: str, tmp_path: Path) -> None:
    rows = [
        record(0, access(0, 401)),
        record(60, access(60, path="/health")),
        record(90, access(90)),
        record(4000, access(4000)),
    ]
    with stand_in(kind, tmp_path)(rows) as store:
        client = access(0).split()[0]
        sought = Sought("/v2/orders", (client,), AT - timedelta(seconds=1), AT + timedelta(seconds=600))
        found = lines(sought, (), (store,), seconds=10, environ=ENVIRON)
    assert found.whole
    assert [(e.status, e.path) for e in found.entries if e.path == "/v2/orders"] == [
        (401, "/v2/orders"),
        (200, "/v2/orders"),
    ]


def test_a_store_that_does_not_answer_leaves_it_open(tmp_path: Path) -> None:
    with stand_in("loki", tmp_path)([]) as store:
        pass
    sought = Sought("/v2/orders", (), AT, AT + timedelta(seconds=600))
    assert not lines(sought, (), (store,), seconds=2, environ=ENVIRON).whole
