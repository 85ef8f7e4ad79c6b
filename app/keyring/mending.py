"""Put back single data keys that can't be opened, from the keys' folder of a backup."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.extensions import Store
from app.key_provider import UnknownMasterKeyError
from app.models.keys.data_key import DataKey
from app.vault import Vault
from crypto.errors import CryptoError

Named = tuple[str, bytes]  # purpose and pool


@dataclass(frozen=True)
class Mended:
    """Which keys were put back, and which can't be: by purpose and pool."""

    back: tuple[Named, ...]
    lost: tuple[Named, ...]


def damaged_keys(keys: Store, vault: Vault) -> list[DataKey]:
    """Return the rows that neither master key opens.

    What is not there is no damage: a missing key was destroyed.
    """
    with keys.read() as session:
        rows = session.scalars(select(DataKey).order_by(DataKey.purpose, DataKey.pool_id)).all()
    return [row for row in rows if _is_damaged(vault, row)]


def mend(keys: Store, vault: Vault, copies: Mapping[Named, Mapping[str, Any]]) -> Mended:
    """Put a copy in the place of each damaged key, if it opens; what it locks stays as it is.

    :param copies: rows of the keys' table of a backup, by purpose and pool.
    """
    back, lost = [], []
    for row in damaged_keys(keys, vault):
        named = (row.purpose, bytes(row.pool_id))
        copy = copies.get(named)
        # Another id: a key that was renewed since. What is locked now would not open with it.
        if copy is None or copy["key_id"] != row.key_id or _is_damaged(vault, DataKey(**copy)):
            lost.append(named)
            continue
        with keys.begin() as session:
            session.merge(DataKey(**copy))
        back.append(named)
    return Mended(tuple(back), tuple(lost))


def _is_damaged(vault: Vault, row: DataKey) -> bool:
    try:
        vault.open_wrapped(row.purpose, row.pool_id, row.key_id, row.wrapped)
    except (CryptoError, UnknownMasterKeyError):  # the id of the master key may be what is damaged
        return True
    return False
