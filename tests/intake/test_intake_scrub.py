"""What one place taught to be secret is hidden in every other."""

import resource
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.scrub import FEW, HIDDEN, Scrub

values = st.lists(st.text("abc-", min_size=8, max_size=12), max_size=2 * FEW, unique=True)


@given(values, st.text("abc-", max_size=60))
def test_no_known_value_is_left_and_nothing_else_goes(known: list[str], text: str) -> None:
    clean = Scrub(tuple(known)).known(text)
    assert not any(value in clean for value in known)
    hidden = {i for v in known for at in range(len(text)) if text.startswith(v, at) for i in range(at, at + len(v))}
    assert clean.replace(HIDDEN, "") == "".join(c for i, c in enumerate(text) if i not in hidden)


@pytest.mark.parametrize("others", [0, FEW])
def test_a_value_that_ends_within_another_leaves_no_rest(others: int) -> None:
    more = tuple(f"another-{n:04}" for n in range(others))
    assert (
        Scrub(("secret-1", "secret-1-and-2", *more)).known("a secret-1-and-2 b secret-1 c") == "a ‹hidden› b ‹hidden› c"
    )


def test_a_log_with_a_token_in_every_line_is_read_in_time() -> None:
    """Seconds of the processor, or hours where each token is looked for in the whole log."""
    program = (
        "import datetime\n"
        "from bot.intake import Attachment, read\n"
        "log = ''.join(f'10.0.0.1 - - [01/Jan/2026:00:00:00 +0000] \"GET /a?token=abc{n}xyz9 HTTP/1.1\" 401 0\\n'"
        " for n in range(30_000))\n"
        "now = datetime.datetime.now(datetime.timezone.utc)\n"
        "report = read('401, log attached', posted_at=now, attachments=[Attachment('a.log', log.encode())])\n"
        "assert 'token=\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}' in report.logs[0].text\n"
        "assert 'xyz9' not in report.logs[0].text + report.text\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (40, 40)),
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
