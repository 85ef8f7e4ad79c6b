"""Fresh, migrated databases for each test, on SQLite and on a PostgreSQL that is running."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app import create_app
from app.databases import prepare_databases
from app.extensions import db
from app.models.ballots.base import Ballots
from app.models.identity.base import Identity
from app.models.keys.base import Keys
from config import Settings, load_settings

POSTGRESQL = os.environ.get("CHORUS_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
# A table that was never written to, or was vacuumed when it was empty, has no page on the disk.
_WRITTEN = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
    "AND relkind = 'r' AND pg_relation_size(oid) > 0"
)
BASES = {"identity": Identity, "ballots": Ballots, "keys": Keys}


def in_ci() -> bool:
    """Return whether a missing service is a failure."""
    return bool(os.environ.get("CI"))


def postgresql_fault() -> str | None:
    """Return why PostgreSQL can't be used, or None if it can."""
    try:
        psycopg.connect(f"{POSTGRESQL}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return "no PostgreSQL answers; set CHORUS_TEST_POSTGRESQL"
    return None


def development_settings(folder: Path, **environment: str) -> Settings:
    """Return development settings whose data live in `folder`."""
    return load_settings(
        {
            "CHORUS_DATA": str(folder),
            "CHORUS_MAILER": "memory",
            "CHORUS_PLAIN_FORM": "true",
            **environment,
        }
    )


def migrate(settings: Settings) -> None:
    """Bring the databases of `settings` up to date."""
    app = create_app(settings)
    with app.app_context():
        prepare_databases()
        dispose_engines()


def dispose_engines() -> None:
    """Close every connection of the current application."""
    for engine in db.engines.values():
        engine.dispose()


def copied_sqlite(template: Settings, folder: Path) -> Settings:
    """Return settings on a copy of the migrated files of `template`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("master.key", "secret.key", *(f"{base}.sqlite3" for base in BASES)):
        shutil.copy(template.data / name, folder / name)
    return development_settings(folder)


@contextmanager
def postgresql_databases(worker: str, folder: Path) -> Iterator[Settings]:
    """Give settings on three new, migrated PostgreSQL databases; drop them afterwards."""
    with empty_postgresql(worker, folder) as settings:
        migrate(settings)
        yield settings


@contextmanager
def empty_postgresql(worker: str, folder: Path) -> Iterator[Settings]:
    """Give settings on three new PostgreSQL databases without a table; drop them afterwards."""
    names = {base: f"chorus_test_{worker}_{os.getpid()}_{base}" for base in BASES}
    _each(names, "CREATE DATABASE {}")
    # Nothing of a test outlives the server's own crash, so no commit waits for the disk.
    _each(names, "ALTER DATABASE {} SET synchronous_commit = off")
    urls = {
        f"CHORUS_{base.upper()}_URL": f"{POSTGRESQL}/{name}".replace(
            "postgresql://", "postgresql+psycopg://"
        )
        for base, name in names.items()
    }
    try:
        yield development_settings(folder, **urls)
    finally:
        _each(names, "DROP DATABASE {} WITH (FORCE)")


def emptied_postgresql(settings: Settings, folder: Path) -> Settings:
    """Return `settings` with every table emptied that was written to, `folder` for its files.

    TRUNCATE would lay a new file for each table and index, which takes a hundred times as long.
    """
    for base in BASES:
        url = str(getattr(settings, f"{base}_url")).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            written = {name for (name,) in connection.execute(_WRITTEN)}
            tables = [
                sql.Identifier(table.name)
                for table in reversed(BASES[base].metadata.sorted_tables)
                if table.name in written
            ]
            for table in tables:
                connection.execute(sql.SQL("DELETE FROM {}").format(table))
            if tables:
                connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(tables)))
    return replace(settings, data=folder)


def need(fault: str | None) -> None:
    """Skip the test, or fail it in CI, when what it needs is missing."""
    if fault and in_ci():
        pytest.fail(fault)
    if fault:
        pytest.skip(fault)


def _each(names: Mapping[str, str], statement: str) -> None:
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as connection:
        for name in names.values():
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
