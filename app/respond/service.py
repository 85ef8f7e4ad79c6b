"""Store a sealed ballot, empty one again, read a pool's public facts."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from sqlalchemy import Connection, select

from app.extensions import Store
from app.models.ballots.pool_public import PoolPublic
from app.respond.casting import Cast, erase_ballots, insert_ballots
from app.wire import BadLengthError, BadSignatureError, UnknownPoolError
from crypto import ballots as ballot_format
from crypto import blind, receipts
from crypto.encoding import decode_base64url
from crypto.errors import InvalidInputMessageError, InvalidLengthError, InvalidSignatureError


@dataclass(frozen=True)
class PoolFacts:
    """What casting needs of a manifest."""

    signing_key: RSAPublicKey
    pad: int


@lru_cache(maxsize=64)
def facts_of(ballots: Store, pool_id: bytes) -> PoolFacts:
    """Return the facts of a pool; every link pins its manifest, so they may be remembered.

    :raises UnknownPoolError: if there is no such pool.
    """
    with ballots.read_connection() as connection:
        manifest, _ = public_bytes(connection, pool_id)
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

    What never changes is checked first, and whether the pool is open in the transaction that
    others share.

    :raises Refusal: one for each reason not to take it; nothing has changed then.
    """
    facts = facts_of(ballots, pool_id)
    serial = _signed_serial(facts, pool_id, input_msg, signature)
    try:
        ballot_format.check_sealed_length(sealed, facts.pad)
    except InvalidLengthError:
        raise BadLengthError from None
    return ballots.write(insert_ballots, Cast(pool_id, serial, sealed, now))


def withdraw_ballot(ballots: Store, pool_id: bytes, withdrawal: bytes) -> None:
    """Erase the content of the receipt's ballot while the pool is open; say nothing of it.

    The row stays, so that the serial remains used and the paper is not given back.

    :raises BusyError: if too many wait.
    """
    ballots.write(erase_ballots, (pool_id, receipts.serial_of(withdrawal)))


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
