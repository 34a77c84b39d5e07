from datetime import UTC, datetime

from bot.logs.formats import parse

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


def test_tornado_writes_the_status_before_the_method() -> None:
    # tornado.log.LogFormatter and RequestHandler.log_request, Tornado 6
    line = "[W 261121 03:34:27 web:2591] 401 GET /ferries/island?day=2 (203.0.113.9) 1.20ms"
    (entry,) = parse([(0, line)], file="ferry.log", reference=NOW)
    assert (entry.status, entry.method, entry.path) == (401, "GET", "/ferries/island")
    assert entry.time == datetime(2026, 11, 21, 3, 34, 27, tzinfo=UTC)


def test_a_number_before_a_method_is_a_status_only_right_before_it() -> None:
    line = "2026-11-21 03:34:27 INFO 404 rows read, GET /ferries -> 200"
    (entry,) = parse([(0, line)], file="ferry.log", reference=NOW)
    assert entry.status == 200


def test_a_code_within_the_body_that_is_logged_is_not_the_answers_status() -> None:
    body = '{"message":"Unauthorized Access","code":101}'
    lines = [
        (0, f"Jan 18 19:50:04 camd[412]: GET https://rest.cam.test/home KEY=a -> 401 {body}"),
        (1, 'Jan 18 19:50:05 camd[412]: GET /home answered {"code":404}'),
    ]
    assert [e.status for e in parse(lines, file="cam.log", reference=NOW)] == [401, 404]
