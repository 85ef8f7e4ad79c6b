"""Brings the databases of the current application up to date, and says whether they are."""

from collections.abc import Callable
from enum import Enum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Engine, inspect, text

from app.extensions import READ_ONLY, db

MIGRATIONS = Path(__file__).parent.parent / "migrations"
_VERSIONS = "alembic_version"


class NotTheOwnerError(Exception):
    """The databases are older than the program, and this role may not change their structure."""

    def __init__(self) -> None:
        super().__init__(
            "The databases are older than the program, and this role may not change them. Run "
            "`flask chorus databases upgrade` and then `flask chorus databases grants --apply` "
            "as their owner."
        )


class NewerDatabasesError(Exception):
    """The databases are newer than the program, and of a kind that it can't work with."""

    def __init__(self) -> None:
        super().__init__(
            "The databases belong to a newer version of Chorus, and this one is too old to work "
            "with them. Start the newer version."
        )


class Standing(Enum):
    """How a database's structure stands to this program (decision 118)."""

    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"  # newer, by what this program needs not know
    FOREIGN = "foreign"  # newer, by what it would have to know

    @property
    def works(self) -> bool:
        """Return whether this program can work with such a database."""
        return self in (Standing.CURRENT, Standing.AHEAD)


def _say_nothing(_line: str) -> None:
    pass


def prepare_databases(say: Callable[[str], None] = _say_nothing) -> None:
    """Run every migration that has not run yet, in all databases of this process.

    Databases that a newer version has brought further are left as they are.

    :param say: is told, in words for the operator, what has been done.
    :raises NotTheOwnerError: if there are any, and the process's role may not.
    :raises NewerDatabasesError: if a database is too new for this program.
    """
    standings = {engine: standing_of(engine) for engine in db.engines.values()}
    found = set(standings.values())
    if Standing.FOREIGN in found or {Standing.AHEAD, Standing.BEHIND} <= found:
        raise NewerDatabasesError
    behind = [engine for engine, standing in standings.items() if standing is Standing.BEHIND]
    if not all(map(_may_change, behind)):
        raise NotTheOwnerError
    if behind:
        config = current_app.extensions["migrate"].migrate.get_config(str(MIGRATIONS))
        config.attributes["say"] = say
        command.upgrade(config, "head")


def standing_of(engine: Engine) -> Standing:
    """Return how a database stands to this version of the program."""
    # Only reading: on SQLite it would wait for the writer otherwise.
    with engine.execution_options(**READ_ONLY).connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision == newest_revision():
            return Standing.CURRENT
        if revision is None or revision in _known_revisions():
            return Standing.BEHIND
        columns = {column["name"] for column in inspect(connection).get_columns(_VERSIONS)}
        if "oldest_program" not in columns:
            return Standing.FOREIGN
        oldest = connection.execute(text("SELECT oldest_program FROM alembic_version"))
        known = oldest.scalar_one() in _known_revisions()
        return Standing.AHEAD if known else Standing.FOREIGN


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


@cache
def _known_revisions() -> frozenset[str]:
    """Return every migration that this version of the program has."""
    return frozenset(
        script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    )
