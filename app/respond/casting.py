"""The writes of ballots, for all that wait together: stored once, or erased again."""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    Connection,
    DateTime,
    LargeBinary,
    Row,
    bindparam,
    column,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.batching import BusyError, Refusal
from app.holding import held_while_open
from app.models.ballots.ballot import Ballot
from app.models.ballots.pool_public import PoolPublic
from app.wire import ClosedError, SerialUsedError, UnknownPoolError, WireError

_Key = tuple[bytes, bytes]  # pool and serial
WITHDRAWN = b""
_BALLOT = Ballot.metadata.tables[Ballot.__tablename__]
_POOL = PoolPublic.metadata.tables[PoolPublic.__tablename__]
_KEY = (_BALLOT.c.pool_id, _BALLOT.c.serial)
# Made once: on these paths making a statement costs as much as sending it.
_POOLS = select(_POOL.c.pool_id, _POOL.c.state, _POOL.c.takes_ballots_until).where(
    _POOL.c.pool_id.in_(bindparam("pools", expanding=True))
)
_INSERT_UNLESS_THERE = sqlite.insert(_BALLOT).on_conflict_do_nothing().returning(*_KEY)
# On PostgreSQL, where each way to the server costs as much as its work, one statement looks whether
# the pools take ballots, holds them until its end, and inserts.
_OFFERED = (
    func.unnest(
        bindparam("pools", type_=ARRAY(LargeBinary())),
        bindparam("serials", type_=ARRAY(LargeBinary())),
        bindparam("contents", type_=ARRAY(LargeBinary())),
        bindparam("moments", type_=ARRAY(DateTime(timezone=True))),
    )
    .table_valued(
        column("pool_id", LargeBinary()),
        column("serial", LargeBinary()),
        column("sealed", LargeBinary()),
        column("now", DateTime(timezone=True)),
        name="offered",
    )
    .render_derived()
)
_HELD = held_while_open(_POOL, "pools", "takes_ballots_until")
_INSERT_WHERE_OPEN = (
    postgresql.insert(_BALLOT)
    .from_select(
        ["pool_id", "serial", "sealed"],
        select(_OFFERED.c.pool_id, _OFFERED.c.serial, _OFFERED.c.sealed)
        .join(_HELD, _HELD.c.pool_id == _OFFERED.c.pool_id)
        .where(_OFFERED.c.now < _HELD.c.takes_ballots_until),
    )
    .on_conflict_do_nothing()
    .returning(*_KEY)
)
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


def insert_ballots(connection: Connection, casts: Sequence[Cast]) -> Sequence[bool | Refusal]:
    """Insert ballots, unless their pool has begun to close meanwhile.

    :return: for each whether it is new (False: the same came before), or why it is not taken.
    """
    # Of several under one serial the first counts, as if it had come alone.
    first: dict[_Key, Cast] = {}
    for cast in casts:
        first.setdefault(cast.key, cast)
    if connection.dialect.name == "postgresql":
        inserted = _insert_where_open(connection, list(first.values()))
        pools = _pools(connection, [cast for key, cast in first.items() if key not in inserted])
    else:
        pools = _pools(connection, casts)
        good = [cast for cast in first.values() if not fault_of(pools.get(cast.pool_id), cast.now)]
        inserted = _insert_unless_there(connection, good)
    new = set(inserted)
    stored = {key: first[key].sealed for key in new} | _kept(connection, first.keys() - new)
    outcomes: list[bool | Refusal] = []
    for cast in casts:
        fault = None if cast.key in inserted else fault_of(pools.get(cast.pool_id), cast.now)
        if fault is not None:
            outcomes.append(fault)
        elif cast.key in new:
            new.remove(cast.key)
            outcomes.append(True)
        elif cast.key not in stored:
            # Its pool went on after it was not taken, before it was asked why.
            outcomes.append(BusyError())
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


def _pools(connection: Connection, casts: Sequence[Cast]) -> dict[bytes, Row[Any]]:
    """Return the pools of these ballots."""
    if not casts:
        return {}
    pools = connection.execute(_POOLS, {"pools": list({cast.pool_id for cast in casts})})
    return {row.pool_id: row for row in pools}


def _insert_where_open(connection: Connection, casts: Sequence[Cast]) -> set[_Key]:
    """Insert ballots in their order, where a pool takes them, and return their keys."""
    inserted = connection.execute(
        _INSERT_WHERE_OPEN,
        {
            "pools": [cast.pool_id for cast in casts],
            "serials": [cast.serial for cast in casts],
            "contents": [cast.sealed for cast in casts],
            "moments": [cast.now for cast in casts],
        },
    )
    return {(row.pool_id, row.serial) for row in inserted}


def _insert_unless_there(connection: Connection, casts: Sequence[Cast]) -> set[_Key]:
    """Insert ballots in their order, and return the keys of those that were not there (SQLite)."""
    if not casts:
        return set()
    rows = [
        {"pool_id": cast.pool_id, "serial": cast.serial, "sealed": cast.sealed} for cast in casts
    ]
    inserted = connection.execute(_INSERT_UNLESS_THERE, rows)
    return {(row.pool_id, row.serial) for row in inserted}


def _kept(connection: Connection, keys: Collection[_Key]) -> dict[_Key, bytes]:
    """Return what is stored under keys that were used before."""
    if not keys:
        return {}
    rows = connection.execute(_KEPT, {"keys": list(keys)})
    return {(row.pool_id, row.serial): row.sealed for row in rows}
