"""Runs migrations in the application's databases, one after the other."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection, Engine, MetaData

import app.models.ballots
import app.models.identity
import app.models.keys
from app.extensions import db
from app.models.ballots.base import Ballots
from app.models.columns import UtcTime
from app.models.identity.base import Identity
from app.models.keys.base import Keys

for package in (app.models.identity, app.models.ballots, app.models.keys):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)

_MIGRATING = 0x6D_6967_7261_7465
METADATA: Mapping[str, MetaData] = {
    "": Identity.metadata,  # identity is the default bind; the script template calls it ""
    "ballots": Ballots.metadata,
    "keys": Keys.metadata,
}


def databases() -> Iterator[tuple[str, Engine]]:
    """Give each database's name in the migrations, and its engine."""
    for bind, engine in db.engines.items():
        yield bind or "", engine


def render_item(kind: str, item: object, _context: AutogenContext) -> str | bool:
    """Write our column type as what the database sees, so that migrations import no models."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite replace a table that others refer to, which is how it changes one.

    It can be told only outside a transaction, so this goes around the transaction's own block.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()


def _migrate(connection: Connection, name: str) -> None:
    """Run the migrations; what then refers to a row that is gone undoes them."""
    if connection.dialect.name == "postgresql":
        # Of several processes that start together one migrates, and the others find it done.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
    migration = context.get_context()
    before = migration.get_current_heads()
    context.run_migrations(engine_name=name)
    changed = migration.get_current_heads() != before
    if connection.dialect.name != "sqlite" or not changed:
        return
    if connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError("A row refers to one that is not there.")


def run() -> None:
    """Migrate every database in a transaction of its own."""
    settings = current_app.extensions["migrate"].configure_args
    for name, engine in databases():
        with engine.connect() as connection, _without_foreign_keys(connection), connection.begin():
            context.configure(
                connection=connection,
                target_metadata=METADATA[name],
                upgrade_token=f"{name}_upgrades",
                downgrade_token=f"{name}_downgrades",
                render_item=render_item,
                **settings,
            )
            _migrate(connection, name)


run()
