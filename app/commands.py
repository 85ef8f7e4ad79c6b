"""`flask chorus …`: the commands of every room in one group."""

from functools import partial

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import DBAPIError

from app.accounts.audit_commands import register as register_audit
from app.accounts.commands import register as register_accounts
from app.backups.commands import register as register_backups
from app.databases import NewerDatabasesError, NotTheOwnerError, prepare_databases
from app.demo.commands import register as register_demo
from app.jobs.bounce_commands import register as register_bounces
from app.jobs.clock_commands import register as register_clock
from app.jobs.commands import register as register_worker
from app.jobs.round_commands import register as register_rounds
from app.key_provider import UnknownMasterKeyError
from app.keyring.commands import register as register_keys
from app.operating.doctor import register as register_doctor
from app.outages import has_no_room, is_away, reason_of
from app.people.commands import register as register_people
from app.programs.commands import register as register_programs
from app.results.commands import register as register_results
from app.serving.commands import register as register_serving
from app.storage.commands import register as register_storage
from app.storage.upgrading import TablesInUseError
from app.vault import RosterKeyLostError
from app.verifying.commands import register as register_verifying

# An outsider's checkout has none; whoever looks for a fault changes nothing.
_WITHOUT_DATABASES = {"verify", "doctor"}


class DatabaseAwayError(click.ClickException):
    """A database can't be used now: said in a sentence, since nobody can mend it in the program."""

    def __init__(self, fault: DBAPIError) -> None:
        why = (
            "its disk is full" if has_no_room(fault) else "it is away or busy, or its disk is full"
        )
        super().__init__(
            f"A database can't be used now: {why} ({reason_of(fault)}). Nothing half-finished "
            "counts. See to it and do the same again; flask chorus doctor says more."
        )


class _Commands(AppGroup):
    """Commands that say in a sentence which key is missing, or which database is away."""

    def invoke(self, context: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(context)
        except (RosterKeyLostError, UnknownMasterKeyError) as error:
            raise click.ClickException(f"{error} See docs/recovery.md.") from None
        except DBAPIError as fault:
            if not is_away(fault):
                raise
            raise DatabaseAwayError(fault) from None


def register_commands(app: Flask) -> None:
    """Add the `chorus` group to `app`."""
    group = _Commands(
        "chorus",
        help="Run and look after Chorus.",
        # Whichever command comes first on a new machine makes the databases.
        callback=with_appcontext(_prepare),
    )
    register_accounts(group)
    register_audit(group)
    register_people(group)
    register_programs(group)
    register_serving(group)
    register_demo(group)
    register_rounds(group)
    register_results(group)
    register_bounces(group)
    register_worker(group)
    register_clock(group)
    register_keys(group)
    register_backups(group)
    register_doctor(group)
    register_storage(group)
    register_verifying(group)
    app.cli.add_command(group)


def _prepare() -> None:
    """Make or update the databases, unless the command works without any."""
    if click.get_current_context().invoked_subcommand in _WITHOUT_DATABASES:
        return
    try:
        prepare_databases(say=partial(click.echo, err=True))
    except (NewerDatabasesError, NotTheOwnerError, TablesInUseError) as error:
        raise click.ClickException(str(error)) from None
