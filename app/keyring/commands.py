"""`flask chorus keys …`: make a master key, list what it wraps, rotate it."""

import base64
import os
import secrets
from collections import Counter
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from app.accounts.audit import OPERATOR, record
from app.clock import current_clock
from app.extensions import identity
from app.key_provider import UnknownMasterKeyError
from app.keyring.mend_command import mend
from app.keyring.renew_command import renew
from app.vault import current_vault
from configuration.secrets import MASTER_KEY_BYTES
from crypto.errors import CryptoError

_OWNER_READS = 0o400


def register(group: AppGroup) -> None:
    """Add `keys` to the `chorus` commands."""
    keys = AppGroup("keys", help="Make, list, rotate, renew and mend the keys of what is stored.")
    keys.command("new")(new)
    keys.command("list")(list_all)
    keys.command("rotate")(rotate)
    keys.command("renew")(renew)
    keys.command("mend")(mend)
    group.add_command(keys)


@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Make a master key in FILE, readable by its owner only; an existing file is left alone."""
    text = base64.urlsafe_b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).rstrip(b"=")
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_READS)
    except OSError as fault:
        raise click.ClickException(f"{file} can't be made: {fault.strerror}.") from None
    with os.fdopen(descriptor, "wb") as made:
        made.write(text + b"\n")
        made.flush()
        os.fsync(made.fileno())
    click.echo(f"{file} holds a new master key. Keep it apart from the databases.")


def list_all() -> None:
    """List the data keys by purpose and id, and which master key wraps how many; no secret."""
    wrappings = current_vault().wrappings()
    for wrapping in wrappings:
        click.echo(
            f"{wrapping.purpose:6}  {wrapping.key_id.hex()}  under {wrapping.master_id.hex()}"
        )
    counts = Counter((wrapping.master_id.hex(), wrapping.current) for wrapping in wrappings)
    for (master, is_current), count in sorted(counts.items()):
        which = "the current master key" if is_current else "another master key"
        click.echo(f"{master}, {which}, wraps {count}.")
    if not wrappings:
        click.echo("There is no key yet; the first person or account makes one.")


def rotate() -> None:
    """Wrap every data key under the new master key; web and worker may go on.

    The new one is CHORUS_MASTER_KEY (or _FILE, _COMMAND), the old one CHORUS_MASTER_KEY_PREVIOUS
    (or _FILE, _COMMAND). Safe to repeat.
    """
    vault = current_vault()
    try:
        count = vault.rewrap()
    except UnknownMasterKeyError as error:
        raise click.ClickException(
            f"{error} Give that one as CHORUS_MASTER_KEY_PREVIOUS. Nothing has been changed."
        ) from None
    except CryptoError:
        raise click.ClickException(
            "A data key is damaged: flask chorus keys mend. Nothing has been changed."
        ) from None
    with identity.begin() as session:
        record(session, current_clock().now(), OPERATOR, "rotated the master key", f"{count} keys")
    try:
        vault.sweep()
    except OperationalError:
        raise click.ClickException(
            "All keys are under the new master key, but the database is too busy to remove the "
            "old wrappings from its files. Run this command again."
        ) from None
    click.echo(f"{count} keys are newly wrapped; all are under the current master key.")
    click.echo("Now take CHORUS_MASTER_KEY_PREVIOUS away, start web and worker again, and")
    click.echo("destroy the old master key once no backup of the keys needs it any more.")
