"""Whether every key opens and is there, and what open rounds have lost: docs/recovery.md."""

from collections.abc import Iterator

from sqlalchemy import select

from app.extensions import Store
from app.keyring.needed import people_are_there
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.operating.checks import Check
from app.vault import FORMER, ROSTER, SEALED, Vault
from config import Settings

_BOOK = "docs/recovery.md"


def check_keys(vault: Vault, settings: Settings) -> Iterator[Check]:
    """Yield whether all data keys open, and what of a rotation or a renewal is unfinished."""
    counts, purposes = vault.count_that_open(), {one.purpose for one in vault.wrappings()}
    if ROSTER not in purposes and people_are_there():
        said = "The key of names and addresses is not there, and people are."
        todo = f"Stop web and worker; flask chorus restore DIR --only keys: {_BOOK}"
        yield Check("Keys", "bad", said, todo)
    elif counts["another"]:
        said = f"The master key opens {counts['open']} data keys and not {counts['another']}."
        todo = f"Give the key that was used before as CHORUS_MASTER_KEY_PREVIOUS: {_BOOK}"
        yield Check("Keys", "bad", said, todo)
    elif not counts["damaged"]:
        yield Check("Keys", "good", f"The master key opens every data key ({counts['open']}).")
    if counts["damaged"]:
        said = f"Damaged data keys: {counts['damaged']}."
        yield Check("Keys", "bad", said, f"flask chorus keys mend DIR/keys: {_BOOK}")
    if settings.previous_master_key:
        said = "CHORUS_MASTER_KEY_PREVIOUS is still set."
        yield Check("Rotation", "look", said, "flask chorus keys rotate, then take it away.")
    if FORMER in purposes:
        said = "Former data keys are still there."
        todo = "Start web and worker again, then: flask chorus keys renew --finish"
        yield Check("Renewal", "look", said, todo)


def check_open_rounds(identity: Store, ballots: Store, vault: Vault) -> Check:
    """Return whether all open rounds still have their keys and their place among the ballots."""
    with identity.read() as session:
        query = select(Pool.pool_id, Pool.round_id).join(Round, Round.id == Pool.round_id)
        rows = session.execute(query.where(Round.state == "open")).all()
    with ballots.read() as session:
        known = set(session.scalars(select(PoolPublic.pool_id)))
    whole = known & vault.pools_with(SEALED)
    broken = {row.round_id for row in rows if row.pool_id not in whole}
    if not broken:
        return Check("Open rounds", "good", "Each has its keys and its ballots' place.")
    said = f"Rounds whose keys or ballots are lost: {len(broken)}."
    return Check("Open rounds", "bad", said, f"flask chorus rounds replace --all: {_BOOK}")
