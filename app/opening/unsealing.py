"""Rebuild a pool's key from its shares, and open its ballots one by one."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from sqlalchemy import Row, select

from app.extensions import Store
from app.models.ballots.ballot import Ballot
from crypto import ballots as ballot_format
from crypto import links, sealing, sharing
from crypto.encoding import decode_base64url
from crypto.errors import CryptoError
from crypto.sharing import Share
from surveys.answers import Answers, parse_ballot
from surveys.errors import InvalidAnswerError
from surveys.form_wire import form_from_wire
from surveys.items import Form

_ROWS_AT_A_TIME = 500


@dataclass(frozen=True)
class OpenedPool:
    """What opening needs of the public facts: all of it stands in manifest and form."""

    pool_id: bytes
    k: int
    cells: tuple[str, ...]
    pad: int
    sealing_point: bytes
    manifest_hash: bytes
    form: Form


def read_pool(pool_id: bytes, manifest: bytes, form: bytes) -> OpenedPool:
    """Return what manifest and form say."""
    content = json.loads(manifest)
    return OpenedPool(
        pool_id=pool_id,
        k=content["k"],
        cells=tuple(cell["id"] for cell in content["cells"]),
        pad=content["pad"],
        sealing_point=decode_base64url(content["hpke_pub"]),
        manifest_hash=links.manifest_hash(manifest),
        form=form_from_wire(json.loads(form)),
    )


def rebuild_key(pool: OpenedPool, shares: Sequence[Share]) -> EllipticCurvePrivateKey | None:
    """Return the pool's key from its first k shares, or None if it can't be had from them."""
    distinct = {share.x: share for share in shares}
    if len(distinct) < pool.k:
        return None
    try:
        key = sealing.private_key_from_scalar(sharing.combine(list(distinct.values())[: pool.k]))
    except CryptoError:
        return None
    return key if sealing.public_point(key) == pool.sealing_point else None


def open_ballots(
    ballots: Store, pool: OpenedPool, key: EllipticCurvePrivateKey
) -> Iterator[Answers | None]:
    """Give each ballot's answers; None for one that does not open or does not fit the form.

    Rows are read a page at a time, so memory does not grow with their number, and a long opening
    stops nobody from casting in another pool.
    """
    last = b""
    while rows := _page(ballots, pool.pool_id, last):
        last = rows[-1].serial
        # First all are unsealed, then all are read: taking turns costs each the other's caches.
        for plaintext in [_unseal(pool, key, serial, sealed) for serial, sealed in rows]:
            yield _read(pool, plaintext)


def _page(ballots: Store, pool_id: bytes, after: bytes) -> Sequence[Row[tuple[bytes, bytes]]]:
    columns = Ballot.__table__.c  # the table's own: what the mapper adds costs more than reading
    with ballots.read() as session:
        return session.execute(
            select(columns.serial, columns.sealed)
            .where(columns.pool_id == pool_id, columns.serial > after, columns.sealed != b"")
            .order_by(columns.serial)
            .limit(_ROWS_AT_A_TIME)
        ).all()


def _unseal(
    pool: OpenedPool, key: EllipticCurvePrivateKey, serial: bytes, sealed: bytes
) -> bytes | None:
    try:
        padded = sealing.unseal(key, sealed, ballot_format.sealing_info(pool.manifest_hash, serial))
        return ballot_format.unpad(padded, pool.pad)
    except CryptoError:
        return None


def _read(pool: OpenedPool, plaintext: bytes | None) -> Answers | None:
    if plaintext is None:
        return None
    try:
        return parse_ballot(msgspec.json.decode(plaintext), pool.form, len(pool.cells))
    except (InvalidAnswerError, msgspec.DecodeError, RecursionError):
        return None
