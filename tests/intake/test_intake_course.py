"""A run that was let in at first and refused later, told by the times of its own lines."""

from bot.intake.course import ended

RUN = """12:01:05 login registry.a.test
12:01:06 Login Succeeded
12:02:10 building, this takes a while
{refused} ERROR GET https://registry.a.test/v2/x: 401 Unauthorized
"""


def test_a_refusal_long_after_the_sign_in() -> None:
    told = "Accepted at 12:01:06, refused at 14:20:34, 139 minutes later in the same run"
    assert ended(RUN.format(refused="14:20:34")) == told


def test_a_refusal_soon_after_the_sign_in_is_no_lifetime() -> None:
    assert ended(RUN.format(refused="12:03:00")) is None


def test_a_run_past_midnight() -> None:
    told = ended("23:50:00 downloaded a\n00:20:00 error: unauthorized\n")
    assert told is not None
    assert "30 minutes" in told


def test_dates_are_read_where_there_are_some() -> None:
    told = ended("2026-06-21 23:50:00 INFO signed in\n2026-06-22 00:50:00 ERROR 401\n")
    assert told is not None
    assert "60 minutes" in told


def test_the_line_under_a_time_belongs_to_it() -> None:
    assert ended("13:21:07 conan user\n   Changed user to 'ci'\n13:35:13 ERROR: openssl\n   HTTP 401 (Unauthorized)\n")


def test_a_servers_lines_tell_of_many_callers() -> None:
    lines = "12:00:00 203.0.113.7 GET /x HTTP/1.1 200 ok\n12:30:00 203.0.113.9 GET /x HTTP/1.1 401\n"
    assert ended(lines) is None


def test_a_run_that_never_was_let_in() -> None:
    assert ended("12:00:00 starting\n12:30:00 401 Unauthorized\n") is None
