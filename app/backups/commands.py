"""`flask chorus backup` and `restore`."""

from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.accounts.audit import OPERATOR, record
from app.backups.backup import make_backup
from app.backups.errors import BackupError
from app.backups.readme import left_out_lines
from app.backups.restore import check_master_key, read_source, restore
from app.clock import current_clock
from app.extensions import ballots, identity, keys
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
    with identity.begin() as session:
        record(session, now, OPERATOR, "made a backup", "databases")
    click.echo()
    for line in left_out_lines(made.stopped_rounds):
        click.echo(line)
    if made.keys_until is not None:
        click.echo(f"Keep {folder / 'keys'} apart, and destroy it by {made.keys_until}.")
    click.echo("The master key and CHORUS_SECRET_KEY are not in it.")


@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--keys", "keys_folder", type=_FOLDER, help="A newer copy of the keys' folder.")
def restore_folder(folder: Path, keys_folder: Path | None) -> None:
    """Bring the backup in DIR back into empty databases of either kind; start nothing before.

    The master key must be the one of that time, or be given as CHORUS_MASTER_KEY_PREVIOUS.
    """
    now = current_clock().now()

    def note(session: Session) -> None:
        record(session, now, OPERATOR, "restored a backup", "databases")

    try:
        source = read_source(folder, keys_folder)
        check_master_key(source, current_vault())
        restore(source, _STORES, click.echo, note)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    until = source.manifests["keys"].destroy_by
    click.echo(
        "\nAll is back. Rounds that were open are stopped and replaced as soon as the worker"
    )
    click.echo("runs; the new mails say so. Everybody signs in again.")
    if now.date() > date.fromisoformat(until):
        click.echo(
            f"These keys were to be destroyed by {until}: comments whose time has ended since then "
            "can be read again until the worker has destroyed their keys."
        )
