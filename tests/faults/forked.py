"""Runs `flask chorus` commands in processes of their own, forked from one that has imported it.

Each is a real process with its own environment and session, as one that the shell starts; only
the two seconds of importing are spent once for all of them.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.faults import dying

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([dying.__name__])


def finish(
    environment: Mapping[str, str], log: Path, arguments: Sequence[str], seconds: float
) -> int:
    """Run `tests.faults.dying` with these arguments to its end; return its exit code.

    :param log: where all that it prints is added.
    :param seconds: after so many it is killed.
    """
    process = _PROCESSES.Process(target=_run, args=(dict(environment), str(log), *arguments))
    process.start()
    process.join(seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)  # it leads a session of its own
    process.join()
    return process.exitcode or 0


def _run(environment: dict[str, str], log: str, *arguments: str) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    with Path(log).open("ab") as output:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(output.fileno(), stream.fileno())
    dying.main(*arguments)
