"""Runs `flask chorus` commands in processes of their own, forked from one that has imported it.

Each is a real process with its own environment and session, as one that the shell starts; only
the seconds of importing are spent once for all of them.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.cli import ScriptInfo

from app import create_app

RUN_SECONDS = 120
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


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
    process = _PROCESSES.Process(
        target=_run, args=(program, tuple(arguments), dict(environment), str(out), str(err))
    )
    process.start()
    process.join(seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)  # it leads a session of its own
    process.join()
    return process.exitcode or 0


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
    *outputs: str,
) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    for stream, path in zip((sys.stdout, sys.stderr), outputs, strict=True):
        stream.flush()
        with Path(path).open("ab") as output:
            os.dup2(output.fileno(), stream.fileno())
    program(*arguments)
