"""The application on fresh databases, with a clock that stands still and mail kept in memory."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect, sync_playwright

from app.mail.mailer import MemoryMailer
from config import Settings
from tests import databases
from tests.applications import A_MONDAY, FixedClock, application
from tests.chromium import CHROMIUM_FLAGS, chromium_path

PATIENCE_MILLISECONDS = 20_000  # two cores, and other tests beside


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among what was imported: that took a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[Settings]:
    """Settings on databases in which there is nothing, not even a table."""
    if request.param == "sqlite":
        yield databases.development_settings(tmp_path / "data")
        return
    databases.need(databases.postgresql_fault())
    with databases.empty_postgresql(f"{worker_id}_upgrade", tmp_path / "data") as settings:
        yield settings


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
    with application(settings, clock, mailer) as made:
        yield made


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
