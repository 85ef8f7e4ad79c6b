"""`flask chorus backup` and `restore`."""

from datetime import date
from functools import partial
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.audit import OPERATOR, record
from app.backups.backup import make_backup
from app.backups.errors import BackupError
from app.backups.keys import check_keys_fit, copied_address
from app.backups.readme import left_out_lines
from app.backups.restore import check_master_key, read_source, restore
from app.clock import current_clock
from app.extensions import ballots, identity, keys
from app.models.identity.person import Person
from app.outages import is_away
from app.people.wishes import Wishes, WishesError, fulfil
from app.vault import current_vault

_STORES = {"identity": identity, "ballots": ballots, "keys": keys}
_FOLDER = click.Path(path_type=Path)


def register(group: AppGroup) -> None:
    """Add `backup` and `restore` to the `chorus` commands."""
    group.command("backup")(backup)
    group.command("restore")(restore_folder)


@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--without-keys", is_flag=True, help="Leave the keys out; they need a copy too.")
def backup(folder: Path, without_keys: bool) -> None:
    """Write a backup of all databases into the new or empty folder DIR; people may go on answering.

    The keys lie in a folder of their own, to be kept apart and for a week at most.
    """
    now = current_clock().now()
    try:
        made = make_backup(folder, _STORES, now, click.echo, with_keys=not without_keys)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    try:
        with identity.begin() as session:
            record(session, now, OPERATOR, "made a backup", "databases")
    except DBAPIError as fault:
        if not is_away(fault):
            raise
        # On a full disk a backup is what the operator wants before anything else.
        click.echo("It is complete, but could not be noted: look at the databases' disk.", err=True)
    click.echo()
    for line in left_out_lines(made.stopped_rounds):
        click.echo(line)
    if made.keys_until is not None:
        click.echo(f"Keep {folder / 'keys'} apart, and destroy it by {made.keys_until}.")
    click.echo("The master key and CHORUS_SECRET_KEY are not in it.")


@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--keys", "keys_folder", type=_FOLDER, help="A newer copy of the keys' folder.")
@click.option(
    "--wishes",
    "wishes_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The newest list of `people wishes`: forget again who was forgotten since.",
)
@click.option(
    "--only",
    type=click.Choice(["keys", "ballots"]),
    help="This database alone, where the others were not lost.",
)
def restore_folder(
    folder: Path, keys_folder: Path | None, wishes_file: Path | None, only: str | None
) -> None:
    """Bring the backup in DIR back into empty databases of either kind; start nothing before.

    The master key must be the one of that time, or be given as CHORUS_MASTER_KEY_PREVIOUS.
    """
    if only is not None and wishes_file is not None:
        raise click.UsageError("With --only the people stay as they are, and so do their wishes.")
    try:
        source = read_source(folder, keys_folder, only)
        if "keys" in source.folders:
            check_master_key(source, current_vault())
            locked = _stored_address() if only else copied_address(folder / "identity")
            check_keys_fit(source.folders["keys"], locked)
        wishes = None if wishes_file is None else Wishes.from_bytes(wishes_file.read_bytes())
        restore(source, _STORES, click.echo, partial(_settle, wishes))
    except (BackupError, WishesError) as error:
        raise click.ClickException(str(error)) from None
    if only is not None:
        _note_one()
        return
    _say_what_next(wishes)
    until = source.manifests["keys"].destroy_by
    if current_clock().now().date() > date.fromisoformat(until):
        click.echo(
            f"These keys were to be destroyed by {until}: comments whose time has ended since then "
            "can be read again until the worker has destroyed their keys."
        )


def _settle(wishes: Wishes | None, session: Session) -> None:
    """Do what has to be done before anything is served or mailed: all of it or nothing."""
    now = current_clock().now()
    if wishes is not None:
        gone = fulfil(session, current_vault().roster_key(), wishes, now)
        click.echo(f"wishes of {wishes.made_at:%Y-%m-%d %H:%M} UTC: {gone} forgotten again")
    record(session, now, OPERATOR, "restored a backup", "databases")


def _stored_address() -> bytes | None:
    with identity.read() as session:
        return session.scalar(select(Person.address).limit(1))


def _note_one() -> None:
    with identity.begin() as session:
        now = current_clock().now()
        record(session, now, OPERATOR, "restored one database of a backup", "databases")
    click.echo("\nIt is back. Of rounds that are open something is lost with the rest of it. Stop")
    click.echo("and replace them before anybody is let in: flask chorus rounds replace --all")


def _say_what_next(wishes: Wishes | None) -> None:
    click.echo(
        "\nAll is back. Rounds that were open are stopped and replaced as soon as the worker"
    )
    click.echo("runs; the new mails say so. Everybody signs in again.")
    if wishes is None:
        click.echo(
            "Who asked since the backup to be forgotten, or to get no mails, is asked again: no "
            "list of such wishes was given (--wishes)."
        )
    click.echo("Import the roster of today before the worker runs: who left since is in it again.")
