"""A caller who may read and not write, and callers of whom that is not known."""

from tests.reading.scenes import entry, ids, reading

ONLY_WRITES = "log.only_writes_refused"
WRITE = entry(0, method="POST", status=401, client="10.0.0.9", user="ana")


def test_a_caller_who_reads_and_may_not_write() -> None:
    assert ONLY_WRITES in ids(reading(WRITE, [entry(9, status=200, client="10.0.0.9", user="ana", path="/v1/items/4")]))
    assert ONLY_WRITES in ids(reading(WRITE, [entry(-60, status=200, client="10.0.0.9", user="ana")]))


def test_reads_that_tell_nothing() -> None:
    others = [entry(9, status=200, client="10.0.0.7"), entry(10, method="POST", status=201, client="10.0.0.7")]
    nameless = entry(0, method="POST", status=401, client="10.0.0.9")
    assert ONLY_WRITES not in ids(reading(nameless, [*others, entry(9, status=200, client="10.0.0.9")]))
    assert ONLY_WRITES not in ids(reading(WRITE, [entry(-500, status=200, client="10.0.0.9", user="ana")]))
    assert ONLY_WRITES not in ids(reading(WRITE, [entry(9, method="PUT", status=200, client="10.0.0.9", user="ana")]))
