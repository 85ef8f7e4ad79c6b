"""Brings the databases of the current application up to date."""

from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import Engine

from app.extensions import db

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def prepare_databases() -> None:
    """Run every migration that has not run yet, in all three databases."""
    if not all(is_newest(engine) for engine in db.engines.values()):
        upgrade(directory=str(MIGRATIONS))


def is_newest(engine: Engine) -> bool:
    """Return whether a database is as this version of the program needs it."""
    return _revision(engine) == _newest()


def _revision(engine: Engine) -> str | None:
    """Return up to which migration a database has come."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def _newest() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()
