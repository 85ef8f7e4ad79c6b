"""`flask chorus keys mend`: put back single keys that were damaged."""

from pathlib import Path

import click

from app.accounts.audit import OPERATOR, record
from app.backups.errors import BackupError
from app.backups.keys import copied_keys
from app.clock import current_clock
from app.extensions import identity, keys
from app.keyring.mending import mend as put_back
from app.vault import current_vault
from crypto.encoding import encode_base64url


@click.argument("folder", metavar="KEYS", type=click.Path(path_type=Path))
def mend(folder: Path) -> None:
    """Put the data keys that can't be opened back from KEYS, the keys' folder of a backup.

    Keys that are not there stay away: they were destroyed. Safe to repeat.
    """
    try:
        copies = copied_keys(folder)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    mended = put_back(keys, current_vault(), copies)
    for purpose, pool_id in mended.back:
        click.echo(f"back: {purpose} {encode_base64url(pool_id)}")
    if mended.back:
        with identity.begin() as session:
            record(session, current_clock().now(), OPERATOR, "mended damaged keys", "databases")
    for purpose, pool_id in mended.lost:
        click.echo(f"lost: {purpose} {encode_base64url(pool_id)}", err=True)
    if mended.lost:
        raise click.ClickException(
            'Of some keys this folder holds no copy that opens: docs/recovery.md, "Lost".'
        )
    click.echo("Every key can be opened." if mended.back else "No key is damaged.")
