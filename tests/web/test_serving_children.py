"""Children live together and end together; tried with real processes, each wait bounded."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_DRIVER = """
import sys
from pathlib import Path
from app.serving.children import Child, Household
names = sys.argv[1::2]
programs = sys.argv[2::2]
children = [Child(n, (sys.executable, "-u", "-c", p)) for n, p in zip(names, programs)]
def say(line): print(line, flush=True)
household = Household(Path("."), {}, say, patience=2)
sys.exit(household.run(children, lambda: Path("ready").exists(), "all ready"))
"""
_LASTS = "import os, time; print('my id is', os.getpid()); time.sleep(60)"
_STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + _LASTS
_HAS_CHILD = (
    "import subprocess, sys; "
    "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print('my id is', inner.pid); inner.wait()"
)

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a household of named Python programs; it is ended after the test."""
    started: list[subprocess.Popen[str]] = []

    def _start(**programs: str) -> "subprocess.Popen[str]":
        arguments = [part for pair in programs.items() for part in pair]
        process = subprocess.Popen(
            [sys.executable, "-c", _DRIVER, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield _start
    for process in started:
        process.terminate()
        process.communicate(timeout=20)


def _ids(process: "subprocess.Popen[str]", count: int) -> list[int]:
    """Return the process ids that the children print, once all have."""
    ids: list[int] = []
    while len(ids) < count:
        line = process.stdout.readline()
        assert line, "it ended before all children had begun"
        if "my id is" in line:
            ids.append(int(line.rpartition(" ")[2]))
    return ids


def _gone(process_id: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_every_child(start: Start, number: signal.Signals):
    process = start(web=_LASTS, worker=_LASTS)
    ids = _ids(process, 2)
    process.send_signal(number)
    output, _ = process.communicate(timeout=15)
    assert process.returncode == 0
    assert number.name in output
    assert all(_gone(child) for child in ids)


def test_the_end_of_one_child_ends_the_rest_and_says_which(start: Start):
    process = start(web=_LASTS, worker="import sys, time; time.sleep(0.5); sys.exit(3)")
    (web,) = _ids(process, 1)
    output, _ = process.communicate(timeout=15)
    assert process.returncode == 1
    assert "worker ended by itself (exit code 3), so the other parts end too." in output
    assert _gone(web)


def test_a_killed_child_is_named_with_its_signal(start: Start):
    process = start(web=_LASTS, worker=_LASTS)
    os.kill(_ids(process, 2)[0], signal.SIGKILL)
    output, _ = process.communicate(timeout=15)
    assert process.returncode == 1
    assert "ended by itself (signal 9)" in output


def test_what_a_dead_child_leaves_behind_is_ended_too(start: Start):
    process = start(web=_HAS_CHILD, worker=_LASTS)
    ids = _ids(process, 2)
    process.terminate()
    process.communicate(timeout=15)
    assert all(_gone(child) for child in ids)


def test_a_child_that_ignores_the_request_is_stopped_hard(start: Start):
    process = start(web=_STUBBORN)
    (web,) = _ids(process, 1)
    process.terminate()
    output, _ = process.communicate(timeout=30)
    assert "web did not end in time and is stopped hard." in output
    assert _gone(web)


def test_lines_carry_the_name_of_their_child_in_one_column(start: Start):
    process = start(web="print('hello'); " + _LASTS, worker="print('good day'); " + _LASTS)
    lines = [process.stdout.readline().rstrip() for _ in range(4)]
    assert {"web    | hello", "worker | good day"} <= set(lines)


def test_it_says_once_when_everything_is_ready(start: Start, tmp_path: Path):
    process = start(web=_LASTS)
    _ids(process, 1)
    (tmp_path / "ready").touch()
    assert process.stdout.readline() == "all ready\n"
    process.terminate()
    output, _ = process.communicate(timeout=15)
    assert "all ready" not in output
