"""The writes of ballots, for all that wait together: stored once, or erased again."""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from app.models.ballots.ballot import Ballot
from app.models.ballots.pool_public import PoolPublic
from app.wire import ClosedError, SerialUsedError, UnknownPoolError, WireError

_Key = tuple[bytes, bytes]  # pool and serial
WITHDRAWN = b""
_BALLOT = Ballot.metadata.tables[Ballot.__tablename__]
_POOL = PoolPublic.metadata.tables[PoolPublic.__tablename__]
_KEY = (_BALLOT.c.pool_id, _BALLOT.c.serial)
# Made once: on these paths making a statement costs as much as sending it.
_POOLS_HELD = (
    select(_POOL.c.pool_id, _POOL.c.state, _POOL.c.takes_ballots_until)
    .where(_POOL.c.pool_id.in_(bindparam("pools", expanding=True)))
    .with_for_update(read=True)
)
_INSERT_UNLESS_THERE = {
    "sqlite": sqlite.insert(_BALLOT).on_conflict_do_nothing().returning(*_KEY),
    "postgresql": postgresql.insert(_BALLOT).on_conflict_do_nothing().returning(*_KEY),
}
_KEPT = select(_BALLOT).where(tuple_(*_KEY).in_(bindparam("keys", expanding=True)))
_ERASE = (
    update(_BALLOT)
    .where(
        _BALLOT.c.pool_id == bindparam("pool"),
        _BALLOT.c.serial == bindparam("used"),
        select(_POOL.c.pool_id)
        .where(_POOL.c.pool_id == bindparam("pool"), _POOL.c.state == "open")
        .exists(),
    )
    .values(sealed=WITHDRAWN)
)


@dataclass(frozen=True)
class Cast:
    """A ballot whose paper and length are good, and when it came (which is not stored)."""

    pool_id: bytes
    serial: bytes
    sealed: bytes
    now: datetime

    @property
    def key(self) -> _Key:
        """Return under what it is stored."""
        return self.pool_id, self.serial


def insert_ballots(connection: Connection, casts: Sequence[Cast]) -> Sequence[bool | WireError]:
    """Insert ballots, unless their pool has begun to close meanwhile.

    :return: for each whether it is new (False: the same came before), or why it is not taken.
    """
    pools = connection.execute(_POOLS_HELD, {"pools": list({cast.pool_id for cast in casts})})
    held = {row.pool_id: row for row in pools}
    faults = [fault_of(held.get(cast.pool_id), cast.now) for cast in casts]
    # Of several under one serial the first counts, as if it had come alone.
    first: dict[_Key, bytes] = {}
    for cast, fault in zip(casts, faults, strict=True):
        if fault is None:
            first.setdefault(cast.key, cast.sealed)
    new = _insert_unless_there(connection, first)
    stored = first | _kept(connection, first.keys() - new)
    outcomes: list[bool | WireError] = []
    for cast, fault in zip(casts, faults, strict=True):
        if fault is not None:
            outcomes.append(fault)
        elif cast.key in new:
            new.remove(cast.key)
            outcomes.append(True)
        else:
            same = hmac.compare_digest(stored[cast.key], cast.sealed)
            outcomes.append(False if same else SerialUsedError())
    return outcomes


def erase_ballots(connection: Connection, keys: Sequence[_Key]) -> Sequence[None]:
    """Erase the content of ballots whose pool is open; what is not there stays away."""
    connection.execute(_ERASE, [{"pool": pool_id, "used": serial} for pool_id, serial in keys])
    return [None] * len(keys)


def fault_of(pool: Row[Any] | None, now: datetime) -> WireError | None:
    """Return why a pool takes no ballots; None where it does.

    :param pool: its state and until when it takes them; None where there is no such pool.
    """
    if pool is None:
        return UnknownPoolError()
    if pool.state != "open" or now >= pool.takes_ballots_until:
        return ClosedError()
    return None


def _insert_unless_there(connection: Connection, contents: Mapping[_Key, bytes]) -> set[_Key]:
    """Return the keys of those that were inserted, in their order, with one statement."""
    if not contents:
        return set()
    rows = [
        {"pool_id": pool_id, "serial": serial, "sealed": sealed}
        for (pool_id, serial), sealed in contents.items()
    ]
    inserted = connection.execute(_INSERT_UNLESS_THERE[connection.dialect.name], rows)
    return {(row.pool_id, row.serial) for row in inserted}


def _kept(connection: Connection, keys: Collection[_Key]) -> dict[_Key, bytes]:
    """Return what is stored under keys that were used before."""
    if not keys:
        return {}
    rows = connection.execute(_KEPT, {"keys": list(keys)})
    return {(row.pool_id, row.serial): row.sealed for row in rows}
