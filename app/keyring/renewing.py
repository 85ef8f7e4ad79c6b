"""Put new data keys in the place of all that a thief may have, and lock everything anew.

First every key gets a successor, in one transaction; from then on rooms write under the new ones
and read with both. Then what is stored is locked anew, some rows at a time, each batch a
transaction. At last the former keys go. What was killed is taken up where it stood.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app.extensions import Store
from app.keyring.locked import UNDER_A_KEPT_KEY, UNDER_THE_ROSTER_KEY, Locked
from app.models.columns import random_id
from app.models.identity.account import Account
from app.models.keys.data_key import DataKey as DataKeyRow
from app.vault import FORMER, KEPT, LOOKUP, ROSTER, KeyGoneError, Vault
from crypto import envelope

_NO_POOL = b""
_ROWS_AT_A_TIME, _SAY_EVERY = 500, 20_000
_MARK_BYTES = len(envelope.VERSION) + envelope.KEY_ID_BYTES
_RENEWED = (ROSTER, KEPT)


class StillLockedError(Exception):
    """Something was written under a former key just now: do this again."""


@dataclass(frozen=True)
class Renewal:
    """The renewal of all data keys but those of open rounds, which go with their rounds."""

    vault: Vault
    keys: Store
    say: Callable[[str], None]

    def begin(self) -> bool:
        """Give every key a successor; False if an earlier renewal is not finished."""
        with self.keys.begin() as session:
            rows = session.scalars(
                select(DataKeyRow)
                .where(DataKeyRow.purpose.in_((*_RENEWED, FORMER)))
                .with_for_update()
            ).all()
            if any(row.purpose == FORMER for row in rows):
                return False
            for row in rows:
                self._succeed(session, row)
        return True

    def lock_anew(self) -> int:
        """Lock anew what is still under a former key; return how many rows it was."""
        counts: Counter[str] = Counter()
        for pool_id in self._renewed_pools():
            try:
                key = self.vault.kept_key(pool_id) if pool_id else self.vault.roster_key()
            except KeyGoneError:
                continue  # its retention has ended meanwhile
            for locked in UNDER_A_KEPT_KEY if pool_id else UNDER_THE_ROSTER_KEY:
                found = _found(locked, key, pool_id)
                for start in range(0, len(found), _ROWS_AT_A_TIME):
                    done = _lock_few(locked, key, found[start : start + _ROWS_AT_A_TIME])
                    counts[locked.table.name] += done
                    if counts[locked.table.name] % _SAY_EVERY == 0:
                        self.say(f"{locked.table.name}: {counts[locked.table.name]} so far")
        for name, count in counts.items():
            self.say(f"{name}: {count} rows locked anew")
        return counts.total()

    def finish(self) -> None:
        """Lock anew what was written meanwhile, and destroy the former keys.

        What only looks up stays of the roster's: nobody knows the addresses of those who were
        forgotten, by which other values could be made.

        :raises StillLockedError: if something is still under one of them.
        """
        self.lock_anew()
        if self.lock_anew():
            raise StillLockedError
        former = self.vault.roster_key().former
        with self.keys.begin() as session:
            for key in former:
                kept = envelope.DataKey(key.id, envelope.lookup_secret(key))
                place = random_id().encode()
                session.add(_row(self.vault, LOOKUP, place, kept))
            session.execute(delete(DataKeyRow).where(DataKeyRow.purpose == FORMER))
        self.vault.sweep()

    def is_under_way(self) -> bool:
        """Return whether there are former keys."""
        return bool(self._renewed_pools())

    def _succeed(self, session: Session, row: DataKeyRow) -> None:
        old = self.vault.open_wrapped(row.purpose, row.pool_id, row.key_id, row.wrapped)
        fresh = envelope.DataKey.generate()
        row.key_id, row.wrapped = fresh.id, self.vault.wrap(row.purpose, row.pool_id, fresh)
        session.add(_row(self.vault, FORMER, row.pool_id, old))

    def _renewed_pools(self) -> list[bytes]:
        """Return the pools whose key has a former one; the roster's is of no pool."""
        query = select(DataKeyRow.pool_id).where(DataKeyRow.purpose == FORMER)
        with self.keys.read() as session:
            return sorted(map(bytes, session.scalars(query)))


def _row(vault: Vault, purpose: str, pool_id: bytes, key: envelope.DataKey) -> DataKeyRow:
    wrapped = vault.wrap(purpose, pool_id, key)
    return DataKeyRow(purpose=purpose, pool_id=pool_id, key_id=key.id, wrapped=wrapped)


def _found(locked: Locked, key: envelope.DataKey, pool_id: bytes) -> list[tuple[Any, ...]]:
    """Return the keys of the rows that bear the mark of a former key, in their random order."""
    marks = [envelope.VERSION + former.id for former in key.former]
    bears = or_(*(func.substr(column, 1, _MARK_BYTES).in_(marks) for column in locked.columns))
    query = select(*locked.key).where(bears).order_by(*locked.key)
    if pool_id:
        query = query.where(locked.table.c.pool_id == pool_id)
    with locked.store.read() as session:
        return [tuple(row) for row in session.execute(query)]


def _lock_few(locked: Locked, key: envelope.DataKey, few: Sequence[tuple[Any, ...]]) -> int:
    """Lock some rows anew in one transaction; return how many of them were still there."""
    with locked.store.begin() as session:
        rows = session.execute(
            select(locked.table).where(tuple_(*locked.key).in_(few)).with_for_update()
        ).all()
        changes = [_locked_anew(locked, key, row) for row in rows]
        if not changes:
            return 0
        named = [column == bindparam(f"key_{column.name}") for column in locked.key]
        written = [*locked.columns, *([] if locked.found_by is None else [locked.found_by])]
        values = {column.name: bindparam(f"new_{column.name}") for column in written}
        connection = session.connection()
        connection.execute(update(locked.table).where(*named).values(values), changes)
        if locked.table.name == "person":
            # Who mentors is found by one value in both tables, at every moment.
            twin = update(Account.__table__).where(Account.address_lookup == bindparam("was"))
            moved = [
                {"was": row.address_lookup, "now": new["new_address_lookup"]}
                for row, new in zip(rows, changes, strict=True)
            ]
            connection.execute(twin.values(address_lookup=bindparam("now")), moved)
    return len(changes)


def _locked_anew(locked: Locked, key: envelope.DataKey, row: Row[Any]) -> dict[str, Any]:
    """Return what a row becomes, as the update's parameters."""
    former = {one.id for one in key.former}
    changed: dict[str, Any] = {
        f"key_{column.name}": getattr(row, column.name) for column in locked.key
    }
    for column in locked.columns:
        blob = getattr(row, column.name)
        place = {"table": locked.table.name, "column": column.name, "row": locked.place(row)}
        if blob and blob.startswith(envelope.VERSION) and envelope.key_id_of(blob) in former:
            blob = envelope.encrypt(key, envelope.decrypt(key, blob, **place), **place)
        changed[f"new_{column.name}"] = blob
        if locked.found_by is not None and column.name == "address":
            address = envelope.decrypt(key, blob, **place).decode()
            changed[f"new_{locked.found_by.name}"] = envelope.lookup(key, address)
    return changed
