"""The vault: gives rooms the data keys they need; knows the master key and the keys database."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask, current_app
from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from app.extensions import Store
from app.key_provider import KeyProvider, UnknownMasterKeyError
from app.models.keys.data_key import DataKey as DataKeyRow
from app.models.keys.signing_key import SigningKey
from app.shuffling import shuffle_tables
from crypto import blind, envelope
from crypto.errors import CryptoError

_KEY = "chorus.vault"
ROSTER, SEALED, KEPT = "roster", "sealed", "kept"
# Where a new key took its place: one that is only read with, and one that only looks up.
FORMER, LOOKUP = "former", "lookup"
_NO_POOL = b""
_DATA_KEY = DataKeyRow.metadata.tables[DataKeyRow.__tablename__]
_SIGNING_KEY = SigningKey.metadata.tables[SigningKey.__tablename__]
# Made once, since every paper asks it.
_PAPER_KEYS = (
    select(_DATA_KEY.c.key_id, _DATA_KEY.c.wrapped, _SIGNING_KEY.c.private_key)
    .join(_SIGNING_KEY, _SIGNING_KEY.c.pool_id == _DATA_KEY.c.pool_id)
    .where(_DATA_KEY.c.purpose == SEALED, _DATA_KEY.c.pool_id == bindparam("pool"))
)


class KeyGoneError(Exception):
    """The key is no longer there: what it locked can't be read any more."""


class RosterKeyLostError(Exception):
    """The key of names and addresses is not there, but people are: restore the keys first."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True)
class Wrapping:
    """Which master key wraps a data key; ids only."""

    purpose: str
    key_id: bytes
    master_id: bytes
    current: bool


class Vault:
    """Data keys by purpose and pool; a deleted one is gone for good."""

    def __init__(
        self, provider: KeyProvider, keys: Store, needs_a_key: Callable[[], bool] = lambda: False
    ) -> None:
        """Open the keys database.

        :param needs_a_key: whether there are people already, whose key there must be then.
        """
        self._provider = provider
        self._keys = keys
        self._needs_a_key = needs_a_key

    def roster_key(self) -> envelope.DataKey:
        """Return the key of names and addresses, made at the first call.

        :raises RosterKeyLostError: if it is gone: another one would lock new people away from
            the copy that brings the first one back.
        """
        try:
            return self._load(ROSTER, _NO_POOL)
        except KeyGoneError:
            if self._needs_a_key():
                raise RosterKeyLostError from None
            with suppress(IntegrityError):  # another process made it in the meantime
                self._create(ROSTER, _NO_POOL)
            return self._load(ROSTER, _NO_POOL)

    def create_pool_keys(self, pool_id: bytes) -> RSAPrivateKey:
        """Make a pool's two data keys and its signing key, and return the latter."""
        private_key = blind.generate_key()
        sealed = envelope.DataKey.generate()
        kept = envelope.DataKey.generate()
        blob = envelope.encrypt(
            sealed,
            blind.private_key_to_der(private_key),
            table="signing_key",
            column="private_key",
            row=pool_id,
        )
        with self._keys.begin() as session:
            session.add(self._row(SEALED, pool_id, sealed))
            session.add(self._row(KEPT, pool_id, kept))
            session.add(SigningKey(pool_id=pool_id, private_key=blob))
        return private_key

    def sealed_key(self, pool_id: bytes) -> envelope.DataKey:
        """Return the key of a pool's shares and signing key.

        :raises KeyGoneError: once the pool is closed or destroyed.
        """
        return self._load(SEALED, pool_id)

    def kept_key(self, pool_id: bytes) -> envelope.DataKey:
        """Return the key of a pool's shown comments.

        :raises KeyGoneError: after their retention has ended.
        """
        return self._load(KEPT, pool_id)

    def paper_keys(self, pool_id: bytes) -> tuple[RSAPrivateKey, envelope.DataKey]:
        """Return what a paper needs: a pool's signing key, and the key of its shares.

        :raises KeyGoneError: once the pool is closed or destroyed.
        """
        with self._keys.read_connection() as connection:
            row = connection.execute(_PAPER_KEYS, {"pool": pool_id}).one_or_none()
        if row is None:
            raise KeyGoneError
        sealed = self.open_wrapped(SEALED, pool_id, row.key_id, row.wrapped)
        der = envelope.decrypt(
            sealed, row.private_key, table="signing_key", column="private_key", row=pool_id
        )
        return blind.private_key_from_der(der), sealed

    def destroy_sealed(self, pool_id: bytes) -> None:
        """Delete a pool's sealed key and signing key; safe to repeat."""
        with self._keys.begin() as session:
            session.execute(delete(SigningKey).where(SigningKey.pool_id == pool_id))
            session.execute(
                delete(DataKeyRow).where(
                    DataKeyRow.pool_id == pool_id, DataKeyRow.purpose == SEALED
                )
            )

    def destroy_kept(self, pool_id: bytes) -> None:
        """Delete the key of a pool's comments; safe to repeat."""
        with self._keys.begin() as session:
            session.execute(
                delete(DataKeyRow).where(
                    DataKeyRow.pool_id == pool_id, DataKeyRow.purpose.in_((KEPT, FORMER))
                )
            )

    def kept_key_ids(self) -> dict[bytes, bytes]:
        """Return, by pool, the ids of the keys of comments that are still there."""
        with self._keys.read() as session:
            rows = session.execute(
                select(DataKeyRow.pool_id, DataKeyRow.key_id).where(DataKeyRow.purpose == KEPT)
            )
            return {row.pool_id: row.key_id for row in rows}

    def pools_with(self, purpose: str) -> set[bytes]:
        """Return the pools that have a key of this purpose."""
        with self._keys.read() as session:
            query = select(DataKeyRow.pool_id).where(DataKeyRow.purpose == purpose)
            return set(session.scalars(query))

    def wrappings(self) -> list[Wrapping]:
        """Return every data key as it is wrapped, sorted by purpose; no secret."""
        with self._keys.read() as session:
            rows = session.execute(
                select(DataKeyRow.purpose, DataKeyRow.key_id, DataKeyRow.wrapped).order_by(
                    DataKeyRow.purpose, DataKeyRow.key_id
                )
            ).all()
        current = self._provider.master_key().id
        masters = [envelope.key_id_of(row.wrapped) for row in rows]
        return [
            Wrapping(row.purpose, row.key_id, master, master == current)
            for row, master in zip(rows, masters, strict=True)
        ]

    def count_that_open(self) -> Counter[str]:
        """Return how many data keys open, are under "another" master key, or are "damaged"."""
        with self._keys.read() as session:
            rows = session.execute(
                select(
                    DataKeyRow.purpose, DataKeyRow.pool_id, DataKeyRow.key_id, DataKeyRow.wrapped
                )
            ).all()
        counts: Counter[str] = Counter()
        for row in rows:
            try:
                self.open_wrapped(*row)
                counts["open"] += 1
            except UnknownMasterKeyError:
                counts["another"] += 1
            except CryptoError:
                counts["damaged"] += 1
        return counts

    def rewrap(self) -> int:
        """Wrap every data key under the current master key and return how many it was.

        Data stay as they are. Safe to repeat, and to do while others read and delete keys.

        :raises UnknownMasterKeyError: if any is under a third key; nothing has changed then.
        """
        current = self._provider.master_key().id
        with self._keys.read() as session:
            rows = session.execute(
                select(
                    DataKeyRow.purpose, DataKeyRow.pool_id, DataKeyRow.key_id, DataKeyRow.wrapped
                )
            ).all()
        old = [row for row in rows if envelope.key_id_of(row.wrapped) != current]
        fresh = [self._rewrapped(row) for row in old]
        done = 0
        for row, wrapped in zip(old, fresh, strict=True):
            with self._keys.begin() as session:
                # The condition: a key that was destroyed meanwhile must not come back.
                changed = session.execute(
                    update(DataKeyRow)
                    .where(
                        DataKeyRow.purpose == row.purpose,
                        DataKeyRow.pool_id == row.pool_id,
                        DataKeyRow.wrapped == row.wrapped,
                    )
                    .values(wrapped=wrapped)
                )
            done += changed.rowcount
        return done

    def open_wrapped(
        self, purpose: str, pool_id: bytes, key_id: bytes, wrapped: bytes
    ) -> envelope.DataKey:
        """Return a data key that is wrapped under the current master key or the previous one.

        :raises UnknownMasterKeyError: if it is wrapped under another.
        """
        master = self._provider.key_named(envelope.key_id_of(wrapped))
        return envelope.unwrap(master, wrapped, key_id=key_id, context=_context(purpose, pool_id))

    def wrap(self, purpose: str, pool_id: bytes, key: envelope.DataKey) -> bytes:
        """Return a data key wrapped under the current master key, as `open_wrapped` wants it."""
        return envelope.wrap(self._provider.master_key(), key, context=_context(purpose, pool_id))

    def _rewrapped(self, row: Row[tuple[str, bytes, bytes, bytes]]) -> bytes:
        key = self.open_wrapped(row.purpose, row.pool_id, row.key_id, row.wrapped)
        return self.wrap(row.purpose, row.pool_id, key)

    def sweep(self) -> None:
        """Lay the keys' tables anew: a deleted row's bytes must not wait on a disk to be reused."""
        tables = [model.metadata.tables[model.__tablename__] for model in (DataKeyRow, SigningKey)]
        shuffle_tables(self._keys.engine, *tables)

    def _create(self, purpose: str, pool_id: bytes) -> None:
        with self._keys.begin() as session:
            session.add(self._row(purpose, pool_id, envelope.DataKey.generate()))

    def _row(self, purpose: str, pool_id: bytes, key: envelope.DataKey) -> DataKeyRow:
        wrapped = self.wrap(purpose, pool_id, key)
        return DataKeyRow(purpose=purpose, pool_id=pool_id, key_id=key.id, wrapped=wrapped)

    def _load(self, purpose: str, pool_id: bytes) -> envelope.DataKey:
        """Return a key with those before it, which a renewal left to read with."""
        purposes = (SEALED,) if purpose == SEALED else (purpose, FORMER)
        wanted = (DataKeyRow.pool_id == pool_id) & DataKeyRow.purpose.in_(purposes)
        if purpose == ROSTER:
            wanted |= DataKeyRow.purpose == LOOKUP
        query = select(
            DataKeyRow.purpose, DataKeyRow.pool_id, DataKeyRow.key_id, DataKeyRow.wrapped
        ).where(wanted)
        with self._keys.read() as session:
            rows = session.execute(query).all()
        if purpose not in {row.purpose for row in rows}:
            raise KeyGoneError
        keys: dict[str, list[envelope.DataKey]] = {purpose: [], FORMER: [], LOOKUP: []}
        for row in rows:
            keys[row.purpose].append(self.open_wrapped(*row))
        return replace(
            keys[purpose][0],
            former=tuple(keys[FORMER]),
            former_lookups=tuple(key.secret for key in keys[LOOKUP]),
        )


def _context(purpose: str, pool_id: bytes) -> bytes:
    return purpose.encode("ascii") + b"\0" + pool_id


def set_vault(app: Flask, vault: Vault) -> None:
    """Give `app` the vault that `current_vault` will return."""
    app.extensions[_KEY] = vault


def current_vault() -> Vault:
    """Return the current application's vault."""
    vault: Vault = current_app.extensions[_KEY]
    return vault
