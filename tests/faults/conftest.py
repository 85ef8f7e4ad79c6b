"""One installation that this process sets up and looks into, and that others are killed on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.clock import MovableClock
from config import Settings
from tests.faults.post_office import PostOffice
from tests.faults.processes import Installation, installation_of, wait_until_served
from tests.forked import Forked

Serve = Callable[..., Forked]


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


@pytest.fixture
def serve(installation: Installation) -> Iterator[Serve]:
    """Starts the web process that `flask chorus serve` would, and ends it after the test.

    Given the end of a path, the process dies before its reply to that path leaves.
    """
    with ExitStack() as ending:

        def _serve(dies_before_reply_to: str | None = None) -> Forked:
            command = installation.child("web").command
            more = {}
            if dies_before_reply_to is not None:
                command = (*command[:-1], "tests.faults.dying_web:application")
                more = {"DIES_BEFORE_REPLY_TO": dies_before_reply_to}
            process = installation.start(command, **more)
            ending.callback(process.kill)
            wait_until_served(installation, process)
            return process

        yield _serve
