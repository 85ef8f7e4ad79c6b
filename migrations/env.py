"""Runs migrations in the application's databases, one after the other."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import partial

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Engine, MetaData

import app.models.ballots
import app.models.identity
import app.models.keys
from app.extensions import db
from app.models.ballots.base import Ballots
from app.models.columns import UtcTime
from app.models.identity.base import Identity
from app.models.keys.base import Keys
from app.storage.upgrading import Steps, alone, changing, run_patiently

for package in (app.models.identity, app.models.ballots, app.models.keys):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)

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


def run() -> None:
    """Migrate every database, each migration in a transaction of its own."""
    settings = current_app.extensions["migrate"].configure_args
    say = context.config.attributes.get("say", lambda _line: None)
    for name, engine in databases():
        with alone(engine, say), changing(engine) as connection:
            steps = Steps(connection, name or "identity", say)
            context.configure(
                connection=connection,
                target_metadata=METADATA[name],
                upgrade_token=f"{name}_upgrades",
                downgrade_token=f"{name}_downgrades",
                render_item=render_item,
                transaction_per_migration=True,
                on_version_apply=steps.applied,
                **settings,
            )
            run_patiently(partial(context.run_migrations, engine_name=name), connection, say)


run()
