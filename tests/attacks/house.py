"""The whole service on fresh databases, for attacks on what it shows while it runs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.mail.mailer import MemoryMailer
from config import Settings
from tests import databases, rounds
from tests.conftest import A_MONDAY, FixedClock, FreshContextClient
from tests.rounds import OpenRound

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass(frozen=True)
class House:
    """A running service, and what a test may do to its time, mail and files."""

    app: Flask
    clock: FixedClock
    mailer: MemoryMailer
    folder: Path

    def browser(self) -> FlaskClient:
        """Return a browser in which nobody is signed in."""
        return self.app.test_client()

    def launch(self, groups: dict[str, int]) -> OpenRound:
        """Import these groups, each with a mentor, and return a launched round of theirs."""
        rounds.import_people(self.app, self.folder, rounds.roster_csv(groups))
        return rounds.launch(self.app, self.mailer)


@contextmanager
def house(kind: str = SQLITE) -> Iterator[House]:
    """Give the service on one kind of database, and end it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="chorus-attack-")))
        if kind == POSTGRESQL:
            settings = stack.enter_context(databases.postgresql_databases("house", folder))
        else:
            settings = databases.copied_sqlite(_template(), folder / "data")
        clock, mailer = FixedClock(A_MONDAY), MemoryMailer()
        app = create_app(settings, clock=clock, mailer=mailer)
        app.testing = True
        app.test_client_class = FreshContextClient
        with app.app_context():
            yield House(app, clock, mailer, folder)
            databases.dispose_engines()


def fault_of(kind: str) -> Callable[[], str | None]:
    """Return what says why this kind of database can't be used, if it can't."""
    return databases.postgresql_fault if kind == POSTGRESQL else lambda: None


@cache
def _template() -> Settings:
    """Return settings of migrated files that each house copies."""
    settings = databases.development_settings(Path(mkdtemp(prefix="chorus-attack-template-")))
    databases.migrate(settings)
    return settings
