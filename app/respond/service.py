"""Store a sealed ballot, empty one again, read a pool's public facts."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import Store
from app.models.ballots.ballot import Ballot
from app.models.ballots.pool_public import PoolPublic
from app.wire import (
    BadLengthError,
    BadSignatureError,
    ClosedError,
    SerialUsedError,
    UnknownPoolError,
)
from crypto import ballots as ballot_format
from crypto import blind, receipts
from crypto.encoding import decode_base64url
from crypto.errors import InvalidInputMessageError, InvalidLengthError, InvalidSignatureError

WITHDRAWN = b""
_BALLOT = Ballot.metadata.tables[Ballot.__tablename__]
# Made once: on these paths making a statement costs as much as sending it.
_POOL_STATE = select(PoolPublic.state, PoolPublic.takes_ballots_until)
_INSERT_UNLESS_THERE = {
    "sqlite": sqlite.insert(_BALLOT).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_BALLOT).on_conflict_do_nothing(),
}


@dataclass(frozen=True)
class PoolFacts:
    """What casting needs of a manifest."""

    signing_key: RSAPublicKey
    pad: int


@lru_cache(maxsize=64)
def facts_of(manifest: bytes) -> PoolFacts:
    """Return the facts of a manifest; a pure function of its bytes, so remembering is safe."""
    content = json.loads(manifest)
    return PoolFacts(
        signing_key=blind.public_key_from_der(decode_base64url(content["rsa_spki"])),
        pad=content["pad"],
    )


def public_bytes(connection: Connection, pool_id: bytes) -> tuple[bytes, bytes]:
    """Return manifest and form of a pool, as exactly the bytes that are served.

    :raises UnknownPoolError: if there is no such pool.
    """
    row = connection.execute(
        select(PoolPublic.manifest, PoolPublic.form).where(PoolPublic.pool_id == pool_id)
    ).one_or_none()
    if row is None:
        raise UnknownPoolError
    return row.manifest, row.form


def public_pools(connection: Connection) -> Sequence[tuple[bytes, bytes, bytes]]:
    """Return every pool with its manifest and form."""
    rows = connection.execute(select(PoolPublic.pool_id, PoolPublic.manifest, PoolPublic.form))
    return [(row.pool_id, row.manifest, row.form) for row in rows]


def store_ballot(
    ballots: Store,
    pool_id: bytes,
    input_msg: bytes,
    signature: bytes,
    sealed: bytes,
    now: datetime,
) -> bool:
    """Store a sealed ballot and return whether it is new (False: the same came before).

    What needs no lock is checked first; the rest in the transaction that others share.

    :raises Refusal: one for each reason not to take it; nothing has changed then.
    """
    with ballots.read_connection() as connection:
        manifest = _manifest_while_open(connection, pool_id, now)
    facts = facts_of(manifest)
    serial = _signed_serial(facts, pool_id, input_msg, signature)
    try:
        ballot_format.check_sealed_length(sealed, facts.pad)
    except InvalidLengthError:
        raise BadLengthError from None
    row = {"pool_id": pool_id, "serial": serial, "sealed": sealed}
    return ballots.write(partial(_insert, row=row, now=now))


def withdraw_ballot(ballots: Store, pool_id: bytes, withdrawal: bytes) -> None:
    """Erase the content of the receipt's ballot while the pool is open; say nothing of it.

    The row stays, so that the serial remains used and the paper is not given back.

    :raises BusyError: if too many wait.
    """
    serial = receipts.serial_of(withdrawal)
    ballots.write(partial(_erase, pool_id=pool_id, serial=serial))


def _insert(connection: Connection, row: dict[str, bytes], now: datetime) -> bool:
    """Insert a ballot that has been checked, unless the pool has begun to close meanwhile."""
    held = _POOL_STATE.where(PoolPublic.pool_id == row["pool_id"]).with_for_update(read=True)
    _check_open(connection.execute(held).one_or_none(), now)
    inserted = connection.execute(
        _INSERT_UNLESS_THERE[connection.dialect.name],
        row,
        # Else PostgreSQL's count is not known, and a new ballot passes for a repeated one.
        execution_options={"preserve_rowcount": True},
    )
    if inserted.rowcount == 1:
        return True
    kept = connection.scalar(
        select(_BALLOT.c.sealed).where(
            _BALLOT.c.pool_id == row["pool_id"], _BALLOT.c.serial == row["serial"]
        )
    )
    if not hmac.compare_digest(kept or WITHDRAWN, row["sealed"]):
        raise SerialUsedError
    return False


def _erase(connection: Connection, pool_id: bytes, serial: bytes) -> None:
    still_open = select(PoolPublic.pool_id).where(
        PoolPublic.pool_id == pool_id, PoolPublic.state == "open"
    )
    connection.execute(
        update(_BALLOT)
        .where(
            _BALLOT.c.pool_id == pool_id,
            _BALLOT.c.serial == serial,
            still_open.exists(),
        )
        .values(sealed=WITHDRAWN)
    )


def _signed_serial(facts: PoolFacts, pool_id: bytes, input_msg: bytes, signature: bytes) -> bytes:
    """Return the serial of a paper that was signed for this pool."""
    try:
        message = ballot_format.parse_input_msg(input_msg)
        if not hmac.compare_digest(message.pool_id, pool_id):
            raise BadSignatureError
        blind.verify(facts.signing_key, input_msg, signature)
    except (InvalidInputMessageError, InvalidSignatureError):
        raise BadSignatureError from None
    return message.serial


def _manifest_while_open(connection: Connection, pool_id: bytes, now: datetime) -> bytes:
    """Return the manifest of a pool that takes ballots.

    :raises UnknownPoolError: if there is no such pool.
    :raises ClosedError: if it takes no ballots any more.
    """
    wanted = _POOL_STATE.add_columns(PoolPublic.manifest).where(PoolPublic.pool_id == pool_id)
    pool = connection.execute(wanted).one_or_none()
    _check_open(pool, now)
    manifest: bytes = pool.manifest
    return manifest


def _check_open(pool: Row[Any] | None, now: datetime) -> None:
    if pool is None:
        raise UnknownPoolError
    if pool.state != "open" or now >= pool.takes_ballots_until:
        raise ClosedError
