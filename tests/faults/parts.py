"""Web and worker as `flask chorus serve` runs them, each killed and started again at will."""

from contextlib import AbstractContextManager
from typing import Literal

from tests.faults.processes import Installation, wait_until_served
from tests.forked import Forked

Name = Literal["web", "worker"]


class Parts(AbstractContextManager["Parts"]):
    """The two processes of an installation; none is left at the end."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._running: dict[Name, Forked] = {}

    def __enter__(self) -> "Parts":
        self.start("web")
        self.start("worker")
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._running):
            self.kill(name)

    def start(self, name: Name) -> None:
        """Start a part; it may not be ready yet."""
        self._running[name] = self._installation.start(self._installation.child(name).command)

    def kill(self, name: Name) -> None:
        """Kill a part, whatever it is doing."""
        process = self._running.pop(name)
        assert process.poll() is None, f"{name} ended by itself:\n{self._installation.log_text}"
        process.kill()

    def wait_until_served(self) -> None:
        """Return once the pages are served."""
        wait_until_served(self._installation, self._running["web"])
