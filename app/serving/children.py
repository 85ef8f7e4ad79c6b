"""Child processes that live and end together; every line they write is passed on with a name."""

import os
import signal
import subprocess  # nosec B404
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import IO

PATIENCE_SECONDS = 10.0
_LOOK_EVERY_SECONDS = 0.2
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Child:
    """A process to start: the name before its lines, its command, and its environment.

    :ivar environment: None for that of the others.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Ended:
    name: str
    code: int


@dataclass(frozen=True)
class _Asked:
    signal: signal.Signals


@dataclass(frozen=True)
class _Running:
    child: Child
    process: "subprocess.Popen[str]"
    reader: threading.Thread


_Event = _Ended | _Asked


class Household:
    """Runs children until one ends or a signal asks; then ends the rest. It restarts none.

    :param keeps: open files that the children hold as long as they live.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        patience: float = PATIENCE_SECONDS,
        keeps: Sequence[int] = (),
    ) -> None:
        self._patience = patience
        self._keeps = tuple(keeps)
        self._folder = folder
        self._environment = dict(environment)
        self._write = say
        self._lock = threading.Lock()
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self._running: list[_Running] = []
        self._width = 0

    def run(self, children: Sequence[Child], is_ready: Callable[[], bool], ready: str) -> int:
        """Return 0 after a signal has ended all children, 1 after one ended by itself.

        :param is_ready: asked again and again until it says yes.
        :param ready: what to say then.
        """
        self._width = max(len(child.name) for child in children)
        previous = {number: signal.signal(number, self._ask) for number in _STOPPING}
        try:
            for child in children:
                self._start(child)
            event = self._wait(is_ready, ready)
            self._say(self._farewell(event))
            self._end_all()
        finally:
            self._sweep()
            for number, handler in previous.items():
                signal.signal(number, handler)
        return 0 if isinstance(event, _Asked) else 1

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self._events.put(_Asked(signal.Signals(number)))

    def _start(self, child: Child) -> None:
        # The program's own parts, from argument lists; no shell reads them.
        process = subprocess.Popen(  # nosec B603
            child.command,
            cwd=self._folder,
            env=self._environment if child.environment is None else child.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=self._keeps,
            start_new_session=True,  # Ctrl-C reaches this process only, which ends them in order
        )
        reader = threading.Thread(
            target=self._pass_on, args=(child.name, process.stdout), daemon=True
        )
        self._running.append(_Running(child, process, reader))
        reader.start()
        # Not the end of its output: a grandchild may hold that open.
        threading.Thread(target=self._watch, args=(child.name, process), daemon=True).start()

    def _pass_on(self, name: str, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                self._say(f"{name:<{self._width}} | {line.rstrip()}")

    def _say(self, line: str) -> None:
        # Two children's lines must not run into one. What can't be written is dropped: a child
        # whose lines nobody takes would stand still.
        with self._lock, suppress(OSError):
            self._write(line)

    def _watch(self, name: str, process: "subprocess.Popen[str]") -> None:
        self._events.put(_Ended(name, process.wait()))

    def _wait(self, is_ready: Callable[[], bool], ready: str) -> _Event:
        said = False
        while True:
            try:
                return self._events.get(timeout=_LOOK_EVERY_SECONDS if not said else None)
            except Empty:
                if is_ready():
                    self._say(ready)
                    said = True

    def _farewell(self, event: _Event) -> str:
        if isinstance(event, _Asked):
            return f"Ending all parts ({event.signal.name})."
        how = f"signal {-event.code}" if event.code < 0 else f"exit code {event.code}"
        return f"{event.name} ended by itself ({how}), so the other parts end too."

    def _end_all(self) -> None:
        for running in self._running:
            if running.process.poll() is None:
                running.process.terminate()
        deadline = time.monotonic() + self._patience
        for running in self._running:
            try:
                running.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(f"{running.child.name} did not end in time and is stopped hard.")

    def _sweep(self) -> None:
        """Leave nothing behind: whatever is left of each child's session ends at once."""
        for running in self._running:
            with suppress(ProcessLookupError):
                os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()
            running.reader.join(timeout=1)
