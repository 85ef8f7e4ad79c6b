"""The application on fresh databases, with a clock that stands still and mail kept in memory."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import create_app
from app.clock import StillClock
from app.demo.unsynced import unsynced
from app.extensions import db
from app.mail.mailer import MemoryMailer
from config import Settings
from tests import databases
from tests.chromium import CHROMIUM_FLAGS, chromium_path

PATIENCE_MILLISECONDS = 20_000  # two cores, and other tests beside
A_MONDAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


class FixedClock(StillClock):
    """A clock that moves when a test tells it to."""

    def advance(self, **duration: float) -> datetime:
        """Move on by `duration` (timedelta's words) and return the new time."""
        self.move_to(self.now() + timedelta(**duration))
        return self.now()


class FreshContextClient(FlaskClient):
    """A browser whose requests share no flask.g, though the test's own context stays pushed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Return the answer, made in an application context of its own, and end the request."""
        with self.application.app_context():
            response = super().open(*args, **kwargs)
            response.get_data()
            response.close()
            return response


_compile_builder = Rule._compile_builder
_builders: dict[tuple[str, bool], Callable[..., tuple[str, str]]] = {}


def _kept_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Return what builds a rule's addresses; it depends on the rule's text alone."""
    assert not rule.defaults, rule
    key = (repr(rule._trace), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


# Each test has an application of its own, and compiling its hundred rules was a tenth of its time.
Rule._compile_builder = _kept_builder  # type: ignore[method-assign]


_first_engines: dict[tuple[str | None, str], Engine] = {}


def _take_over_statements(bind: str | None, engine: Engine) -> None:
    """Let an engine use the SQL that was compiled for the first one of its kind."""
    kind = bind, engine.dialect.name
    if kind not in _first_engines:
        engine.connect().close()  # only a dialect that has met its database knows its version
        _first_engines[kind] = engine
    first = _first_engines[kind]
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


class KeptTemplates(BytecodeCache):
    """Templates that were compiled for one application, for the next ones of this process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept; jinja compares it with the template's source."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


KEPT_TEMPLATES = KeptTemplates()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Migrated SQLite files that each test copies."""
    settings = databases.development_settings(tmp_path_factory.mktemp("template"))
    databases.migrate(settings)
    return settings


@pytest.fixture(scope="session")
def postgresql_template(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Settings]:
    """Three migrated PostgreSQL databases that each test empties."""
    databases.need(databases.postgresql_fault())
    folder = tmp_path_factory.mktemp("postgresql")
    with databases.postgresql_databases(worker_id, folder) as settings:
        yield settings


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings on fresh databases, once for each kind."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        return databases.copied_sqlite(template, tmp_path / "data")
    template = request.getfixturevalue("postgresql_template")
    folder = tmp_path / "data"
    folder.mkdir()
    return databases.emptied_postgresql(template, folder)


@pytest.fixture
def clock() -> FixedClock:
    """Monday 4 May 2026, 09:00 UTC, until a test moves it."""
    return FixedClock(A_MONDAY)


@pytest.fixture
def mailer() -> MemoryMailer:
    """The mailer that keeps what the application sent."""
    return MemoryMailer()


@pytest.fixture
def app(settings: Settings, clock: FixedClock, mailer: MemoryMailer) -> Iterator[Flask]:
    """The whole application, its context pushed."""
    application = create_app(settings, clock=clock, mailer=mailer)
    application.testing = True
    application.test_client_class = FreshContextClient
    application.jinja_env.bytecode_cache = KEPT_TEMPLATES
    with application.app_context(), unsynced(*db.engines.values()):
        for bind, engine in db.engines.items():
            _take_over_statements(bind, engine)
        yield application
        databases.dispose_engines()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a script."""
    return app.test_client()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """An installed Chromium, one for all tests of a process: Playwright can't run twice in it."""
    path = chromium_path()
    databases.need(None if path else "no Chromium is installed (Debian: apt-get install chromium)")
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
