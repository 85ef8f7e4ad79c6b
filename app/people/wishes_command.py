"""`flask chorus people wishes`: the list that a restore needs besides a backup."""

import os
from pathlib import Path

import click

from app.clock import current_clock
from app.extensions import identity
from app.people.wishes import all_wishes
from app.vault import current_vault

_OWNER_ONLY = 0o600


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def wishes(file: Path) -> None:
    """Write into FILE who asked to be forgotten, to get no mails, or none for a while.

    Without a name: keyed hashes of addresses. Copy it to another machine every few minutes; a
    restore with --wishes FILE does all of it again. An earlier FILE is replaced.
    """
    key = current_vault().roster_key()
    with identity.read() as session:
        found = all_wishes(session, key, current_clock().now())
    partial = file.with_name(f"{file.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as written:
            written.write(found.to_bytes())
            written.flush()
            os.fsync(written.fileno())
        partial.rename(file)
    except OSError as fault:
        raise click.ClickException(f"{file} can't be written: {fault.strerror}.") from None
    click.echo(
        f"{file}: {len(found.forgotten)} forgotten, {len(found.stopped)} without mails, "
        f"{len(found.paused)} with a pause."
    )
