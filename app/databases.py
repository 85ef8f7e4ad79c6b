"""Brings the databases of the current application up to date."""

from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import Engine, text

from app.extensions import READ_ONLY, db

MIGRATIONS = Path(__file__).parent.parent / "migrations"


class NotTheOwnerError(Exception):
    """The databases are older than the program, and this role may not change their structure."""

    def __init__(self) -> None:
        super().__init__(
            "The databases are older than the program, and this role may not change them. Run "
            "`flask chorus databases upgrade` and then `flask chorus databases grants --apply` "
            "as their owner."
        )


def prepare_databases() -> None:
    """Run every migration that has not run yet, in all databases of this process.

    :raises NotTheOwnerError: if there are any, and the process's role may not.
    """
    behind = [engine for engine in db.engines.values() if not is_newest(engine)]
    if not all(map(_may_change, behind)):
        raise NotTheOwnerError
    if behind:
        upgrade(directory=str(MIGRATIONS))


def is_newest(engine: Engine) -> bool:
    """Return whether a database is as this version of the program needs it."""
    return _revision(engine) == newest_revision()


def _revision(engine: Engine) -> str | None:
    """Return up to which migration a database has come."""
    # Only reading: on SQLite it would wait for the writer otherwise.
    with engine.execution_options(**READ_ONLY).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _may_change(engine: Engine) -> bool:
    """Return whether this process's role may make tables."""
    if engine.dialect.name != "postgresql":
        return True
    with engine.connect() as connection:
        asked = text("SELECT has_schema_privilege('public', 'CREATE')")
        may: bool = connection.execute(asked).scalar_one()
        return may


@cache
def newest_revision() -> str | None:
    """Return the migration up to which this version of the program needs its databases."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()
