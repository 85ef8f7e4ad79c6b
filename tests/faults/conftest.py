"""One installation that this process sets up and looks into, and that others are killed on."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import Popen

import pytest

from app.clock import MovableClock
from config import Settings
from tests.faults.post_office import PostOffice
from tests.faults.processes import Installation, installation_of, kill, wait_until_served


@pytest.fixture
def clock(settings: Settings) -> MovableClock:
    """Development's clock, which all processes of an installation share through a file."""
    return MovableClock(settings.data / "clock")


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """A mail relay that has no mail yet."""
    office = PostOffice()
    office.start()
    yield office
    office.stop()


@pytest.fixture
def installation(settings: Settings, tmp_path: Path, post_office: PostOffice) -> Installation:
    """The installation whose databases this test's own application uses too."""
    return installation_of(settings, tmp_path, post_office.port)


class Serve(AbstractContextManager["Serve"]):
    """Starts the web process that `flask chorus serve` would, and ends it after the test."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._running: list[Popen[bytes]] = []

    def __call__(
        self, dies_before_reply_to: str | None = None, dies_at_ballot: int | None = None
    ) -> "Popen[bytes]":
        """Return the process, once it listens.

        :param dies_before_reply_to: the end of a path; the process dies before that reply leaves.
        :param dies_at_ballot: it dies in a transaction of which so many ballots are inserted.
        """
        command = self._installation.child("web").command
        more = {}
        if dies_before_reply_to is not None:
            command = (*command[:-1], "tests.faults.dying_web:application")
            more = {"DIES_BEFORE_REPLY_TO": dies_before_reply_to}
        if dies_at_ballot is not None:
            command = (*command[:-1], "tests.faults.dying_batch:application")
            more = {"DIES_AT_BALLOT": str(dies_at_ballot)}
        process = self._installation.start(command, **more)
        self._running.append(process)
        wait_until_served(self._installation, process)
        return process

    def end(self) -> None:
        """Kill what was started."""
        while self._running:
            kill(self._running.pop())

    def __exit__(self, *_: object) -> None:
        self.end()


@pytest.fixture
def serve(installation: Installation) -> Iterator[Serve]:
    """Starts web processes; none is left after the test."""
    with Serve(installation) as starting:
        yield starting
