"""`flask chorus databases …`: bring the structure up to date, give each process its rights."""

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.databases import Standing, standing_of
from app.extensions import ballots, identity, keys
from app.storage.grants import grant_lines
from app.storage.rights import CAST, WEB, WORKER
from config import Settings

_STORES = {"identity": identity, "ballots": ballots, "keys": keys}


def register(group: AppGroup) -> None:
    """Add `databases` to the `chorus` commands."""
    databases = AppGroup("databases", help="Look after the databases themselves, as their owner.")
    databases.command("upgrade")(upgrade)
    databases.command("grants")(grants)
    group.add_command(databases)


def upgrade() -> None:
    """Bring the structure of all databases up to date, while people answer; safe to repeat.

    Each step is said as soon as it is done. What was cut off is taken up by doing it again.
    """
    # Done before any command (app/commands.py), so only what came of it is left to say.
    newer = [name for name, store in _STORES.items() if standing_of(store.engine) is Standing.AHEAD]
    if newer:
        click.echo(f"Newer than this version, which can work with it: {', '.join(newer)}.")
    else:
        click.echo("All three databases are as this version needs them.")


@click.option("--web", default="chorus_web", show_default=True, help="Role of the pages.")
@click.option("--cast", default="chorus_cast", show_default=True, help="Role of casting.")
@click.option("--worker", default="chorus_worker", show_default=True, help="Role of workers.")
@click.option("--apply", "apply_now", is_flag=True, help="Do it, instead of printing it.")
def grants(web: str, cast: str, worker: str, apply_now: bool) -> None:
    """Print, or give, the rights that each process needs in PostgreSQL, and no other.

    The roles must exist; what they had in these databases is taken away first.
    """
    settings: Settings = current_app.config["CHORUS"]
    if any(store.engine.dialect.name != "postgresql" for store in _STORES.values()):
        raise click.ClickException("Only PostgreSQL knows roles; SQLite's files have one user.")
    roles = {WEB: web, CAST: cast, WORKER: worker}
    for name, store in _STORES.items():
        catalog = str(store.engine.url.database)
        lines = list(grant_lines(name, catalog, roles, plain_form=settings.plain_form))
        if apply_now:
            _apply(name, lines)
        else:
            click.echo("\n".join([f"\\connect {catalog}", "BEGIN;", *(f"{s};" for s in lines)]))
            click.echo("COMMIT;")


def _apply(name: str, statements: list[str]) -> None:
    try:
        with _STORES[name].connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    except ProgrammingError as fault:
        reason = str(fault.orig).partition("\n")[0]
        raise click.ClickException(
            f"The rights in the {name} database can't be given: {reason}. Make the roles first, "
            "and run this as the owner of the databases."
        ) from None
    click.echo(f"{name}: rights given.")
