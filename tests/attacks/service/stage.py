"""A whole service for one play of an attack: fresh databases, a round under way, people in it."""

import atexit
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app.clock import current_clock
from app.demo.respondent import respond
from app.extensions import ballots, identity, keys
from app.mail.mailer import Mailer, MemoryMailer
from config import Settings
from surveys.disclosure import K_DEFAULT
from tests import databases, rounds
from tests.applications import A_MONDAY, FixedClock, application
from tests.rounds import OpenRound

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
KINDS = (SQLITE, POSTGRESQL)


@dataclass(frozen=True)
class Stage:
    """A service on databases of its own."""

    app: Flask
    settings: Settings
    clock: FixedClock
    mailer: MemoryMailer
    folder: Path

    @property
    def kind(self) -> str:
        """Return which databases it runs on."""
        return SQLITE if self.settings.ballots_url.startswith("sqlite") else POSTGRESQL

    def browser(self) -> FlaskClient:
        """Return a browser in which nobody is signed in."""
        return self.app.test_client()

    def launch(self, circles: Mapping[str, int], k: int = K_DEFAULT) -> OpenRound:
        """Return a round to which circles of so many members are invited, and their mentors."""
        rounds.import_people(self.app, self.folder, rounds.roster_csv(circles))
        rounds.run(self.app, "programs", "threshold", rounds.PROGRAM, str(k))
        return rounds.launch(self.app, self.mailer)

    def answer(self, opened: OpenRound, address: str, values: dict[str, object]) -> str:
        """Answer as `address` and return the receipt."""
        link = opened.links[address]
        return respond(rounds.doors(), opened.pool_id, link, values, current_clock().now())

    def files(self) -> dict[str, bytes]:
        """Return every file of the data folder as it is now, with the service running."""
        return {
            str(path.relative_to(self.settings.data)): path.read_bytes()
            for path in sorted(self.settings.data.rglob("*"))
            if path.is_file()
        }


@contextmanager
def stage(kind: str = SQLITE, mailer: Mailer | None = None) -> Iterator[Stage]:
    """Give a service on fresh databases of this kind, its context pushed."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        if kind == SQLITE:
            settings = databases.copied_sqlite(_sqlite(), folder / "data")
        else:
            (folder / "data").mkdir()
            settings = databases.emptied_postgresql(_postgresql(), folder / "data")
        clock, memory = FixedClock(A_MONDAY), MemoryMailer()
        app = stack.enter_context(application(settings, clock, mailer or memory))
        yield Stage(app, settings, clock, memory, folder)


def members_of(opened: OpenRound) -> list[str]:
    """Return the addresses of those who were asked, mentors left out."""
    return sorted(who for who in opened.links if not who.startswith("mentor."))


def fault_of(kind: str) -> str | None:
    """Return why this kind can't be had here, or None."""
    return databases.postgresql_fault() if kind == POSTGRESQL else None


def rows(kind_of_store: str, query: str) -> Sequence[tuple[object, ...]]:
    """Return the rows of a query on one of the three databases."""
    store = {"identity": identity, "ballots": ballots, "keys": keys}[kind_of_store]
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@cache
def _sqlite() -> Settings:
    """Return migrated files that each play copies, made once for a process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    settings = databases.development_settings(Path(folder.name))
    databases.migrate(settings)
    return settings


@cache
def _postgresql() -> Settings:
    """Return migrated databases that each play empties, dropped when the process ends."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return stack.enter_context(databases.postgresql_databases("attacks", folder))
