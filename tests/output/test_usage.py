"""Unusable words on the command line: one line that says what, where and how to mend it, and exit status 2."""

import pytest

from bot.cli import main

BAD = {
    "a moment": (["diagnose", "x", "--posted-at", "yesterday"], "--posted-at: 'yesterday' is no moment; give one like"),
    "a port": (["run", "--port", "99999"], "--port: '99999' is no port; give a number from 0 to 65535"),
    "an option": (["redact", "--nosuch"], "unrecognized arguments: --nosuch; 'locksmith redact --help' shows how"),
    "no address": (["probe"], "the following arguments are required: URL; 'locksmith probe --help' shows how"),
    "an empty address": (["probe", ""], "an empty URL was given; write it like https://"),
}


@pytest.mark.parametrize("words, told", BAD.values(), ids=BAD)
def test_unusable_words_are_told_in_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith(f"locksmith: {told}")
