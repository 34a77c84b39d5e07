"""Following real files through writes, rotations, truncations and restarts: every line once, in the end."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bot.cli import main
from bot.logs.follow import QUIET_S, Followed
from bot.logs.follower import Follower

SECRET = "m4d3Up" + "S3cr3tF0rT3sts"


class Log:
    """A log with the one who writes and the one who rotates it."""

    def __init__(self, folder: Path, *, packing: bool = False) -> None:
        self.path = folder / "access.log"
        self.packing = packing
        self.written: list[str] = []
        self.half = ""
        self.out = self.path.open("ab", buffering=0)

    def write(self, count: int, *, half: bool = False) -> None:
        for _ in range(count):
            line = f"2026-11-20T12:00:00Z line {len(self.written):06} of many"
            self.out.write(f"{line[len(self.half) :]}\n".encode())
            self.written.append(line)
            self.half = ""
        if half and not self.half:
            self.half = f"2026-11-20T12:00:00Z line {len(self.written):06}"
            self.out.write(self.half.encode())

    def shift(self) -> None:
        """Older files move on by one; with packing all but the newest are packed."""
        numbers = sorted((int(p.name.split(".")[2]) for p in self.path.parent.glob("access.log.*")), reverse=True)
        for number in numbers:
            for suffix in ("", ".gz"):
                old = self.path.with_name(f"access.log.{number}{suffix}")
                if old.exists():
                    old.rename(self.path.with_name(f"access.log.{number + 1}{suffix}"))

    def pack(self, name: str) -> None:
        plain = self.path.with_name(name)
        about = plain.stat()
        packed = plain.with_name(f"{name}.gz")
        packed.write_bytes(gzip.compress(plain.read_bytes()))
        os.utime(packed, ns=(about.st_atime_ns, about.st_mtime_ns))
        plain.unlink()

    def rename(self) -> None:
        self.shift()
        self.path.rename(self.path.with_name("access.log.1"))

    def reopen(self) -> None:
        if self.half:
            self.write(1)
        self.out.close()
        self.out = self.path.open("ab", buffering=0)

    def copy_and_truncate(self) -> None:
        if self.half:
            self.write(1)
        self.shift()
        shutil.copy(self.path, self.path.with_name("access.log.1"))
        os.truncate(self.path, 0)
        if self.packing:
            self.pack("access.log.1")


class Following(RuleBasedStateMachine):
    """Any order of these; at the end every line came once."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.log = Log(self.folder)
        self.now = 0.0
        self.got: list[str] = []
        self.renamed = False
        self.followed: Followed | None = self.opened()
        self.kept: Any = None

    def opened(self, kept: Any = None) -> Followed:
        return Followed(str(self.log.path), from_start=True, kept=kept, clock=lambda: self.now)

    def take(self) -> None:
        if self.followed:
            self.got += [new.raw.decode() for new in self.followed.poll()]

    @rule(count=st.integers(1, 60), half=st.booleans())
    def write(self, count: int, half: bool) -> None:
        self.log.write(count, half=half)

    @rule()
    def look(self) -> None:
        self.take()

    @precondition(lambda self: self.followed)
    @rule(count=st.integers(1, 30))
    def look_in_part(self, count: int) -> None:
        assert self.followed
        for _, new in zip(range(count), self.followed.poll(), strict=False):
            self.got.append(new.raw.decode())

    @precondition(lambda self: not self.renamed)
    @rule()
    def rename(self) -> None:
        """The writer goes on in the old file until it reopens."""
        self.log.rename()
        self.renamed = True

    @precondition(lambda self: self.renamed)
    @rule(pack=st.booleans())
    def reopen(self, pack: bool) -> None:
        self.log.reopen()
        self.renamed = False
        if pack:
            self.log.pack("access.log.1")

    @precondition(lambda self: not self.renamed)
    @rule(packing=st.booleans())
    def copy_and_truncate(self, packing: bool) -> None:
        self.log.packing = packing
        self.log.copy_and_truncate()

    @precondition(lambda self: self.followed)
    @rule()
    def stop(self) -> None:
        assert self.followed
        self.kept = json.loads(json.dumps(self.followed.state()))
        self.followed.close()
        self.followed = None

    @precondition(lambda self: self.followed is None)
    @rule()
    def start(self) -> None:
        self.followed = self.opened(self.kept)

    @rule()
    def wait(self) -> None:
        self.take()
        self.now += QUIET_S + 1

    def teardown(self) -> None:
        try:
            if self.renamed:
                self.log.reopen()
            self.log.write(1)
            self.followed = self.followed or self.opened(self.kept)
            self.take()
            self.take()
            assert Counter(self.got) == Counter(self.log.written), self.followed.notes
        finally:
            if self.followed:
                self.followed.close()
            self.log.out.close()
            shutil.rmtree(self.folder)


TestFollowing = Following.TestCase
TestFollowing.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)


class Program:
    """`locksmith logs follow` as people run it."""

    def __init__(self, *words: str) -> None:
        argv = [sys.executable, "-m", "bot", "logs", "follow", *words, "--json"]
        self.process = subprocess.Popen(
            argv,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell that runs the tests in the background has its children ignore Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )

    def lines(self, count: int) -> list[dict[str, Any]]:
        assert self.process.stdout
        return [json.loads(self.process.stdout.readline()) for _ in range(count)]

    def stop(self) -> tuple[int, str, str]:
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


def test_the_command_prints_new_lines_without_secrets_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    folder, state = tmp_path / "logs", str(tmp_path / "state.json")
    folder.mkdir()
    log = Log(folder)
    log.write(3)
    program = Program(str(folder), "--from-start", "--state", state)
    assert [line["text"] for line in program.lines(3)] == log.written
    log.rename()
    log.write(2)
    log.reopen()
    log.out.write(f"Authorization: Bearer {SECRET}\nhalf a li".encode())
    (folder / "fresh.log").write_text("from its start\n")
    told = program.lines(4)
    assert [line["text"] for line in told[:2]] == log.written[3:]
    assert {line["file"] for line in told[:3]} == {str(log.path)}
    assert told[3] == {"file": str(folder / "fresh.log"), "offset": 0, "text": "from its start"}
    assert SECRET not in json.dumps(told)
    assert program.stop() == (130, "", "")
    assert SECRET not in Path(state).read_text()
    log.out.write(b"ne\n")
    log.copy_and_truncate()
    log.out.write(b"after\n")
    program = Program(str(folder), "--state", state)
    assert [line["text"] for line in program.lines(2)] == ["half a line", "after"]
    assert program.stop() == (130, "", "")
    log.out.close()


def test_following_begins_at_the_end_unless_told_otherwise(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.write(3, half=True)
    followed = Followed(str(log.path))
    assert list(followed.poll()) == []
    log.write(2)
    assert [new.raw.decode() for new in followed.poll()] == log.written[3:]
    followed.close()
    log.out.close()


def test_a_file_that_is_emptied_without_a_copy_is_told(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.write(30)
    followed = Followed(str(log.path), from_start=True)
    assert len(list(followed.poll())) == 30
    os.truncate(log.path, 0)
    log.write(60)  # longer than before
    assert [new.raw.decode() for new in followed.poll()] == log.written[30:]
    assert followed.notes == [f"{log.path}: was emptied and no copy of it is there; lines may be missing"]
    followed.close()
    log.out.close()


def test_files_with_the_same_beginning_are_told_apart_by_what_was_read_last(tmp_path: Path) -> None:
    header = "#Software: Microsoft Internet Information Services 10.0\n" + "#Fields: " + "x " * 600 + "\n"
    path = tmp_path / "u_ex.log"
    path.write_text(f"{header}one\ntwo\n")
    followed = Followed(str(path))
    assert list(followed.poll()) == []
    shutil.copy(path, tmp_path / "u_ex.log.1")
    path.write_text(f"{header}three\nfour\nfive\n")
    assert [new.raw for new in followed.poll()][-3:] == [b"three", b"four", b"five"]
    followed.close()


def test_a_file_that_is_yet_to_come_is_told_and_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    log = tmp_path / "later.log"
    follower = Follower([str(tmp_path), str(log), str(tmp_path / "pipe")])
    assert list(follower.poll()) == []
    assert follower.notes() == (
        f"{tmp_path / 'pipe'}: is not a regular file; give a file, a folder or a glob",
        f"{log}: is not there yet; its lines are shown when it comes",
    )
    log.write_text("one\n")
    assert [new.raw for new in follower.poll()] == [b"one"]
    assert follower.notes() == ()
    follower.close()


def test_of_a_folder_only_the_logs_that_are_written_are_followed(tmp_path: Path) -> None:
    for name in ("a.log", "a.log.1", "a.log-20261120", "a-2026-11-19.log", "node-3.log", "app-2026-11-20.log"):
        (tmp_path / name).write_text(f"{name}\n")
    (tmp_path / "a.log.2.gz").write_bytes(gzip.compress(b"x\n"))
    (tmp_path / "core").write_bytes(bytes(5000))
    (tmp_path / "empty.log").write_bytes(b"")
    follower = Follower([str(tmp_path)], from_start=True)
    assert {new.raw.decode() for new in follower.poll()} == {"a.log", "node-3.log", "app-2026-11-20.log"}
    assert [note for note in follower.notes() if "core: is binary" in note]
    assert follower.notes() == ()
    (tmp_path / "empty.log").write_bytes(b"first\n")
    assert [new.raw for new in follower.poll()] == [b"first"]
    follower.close()


@pytest.mark.parametrize("state", ["{", "[]", '{"PATH": {"marks": [{}], "seen": []}}', '{"PATH": {"marks": 1}}'])
def test_a_state_that_is_none_is_one_line(tmp_path: Path, state: str, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "a.log"
    log.write_text("x\n")
    (tmp_path / "state").write_text(state.replace("PATH", str(log)))
    assert main(["logs", "follow", str(log), "--state", str(tmp_path / "state")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "remove" in error
