"""What the keys' folder of a backup holds, and whether it fits the rest."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.backups.contents import METADATA
from app.backups.errors import OtherKeysError
from app.backups.folders import check_files, read_lines, read_manifest, table_path
from app.backups.rows import from_line
from crypto import envelope


def copied_keys(folder: Path) -> Mapping[tuple[str, bytes], Mapping[str, Any]]:
    """Return the wrapped keys of a folder by purpose and pool.

    :raises BackupError: if it is unfinished or damaged.
    """
    check_files(folder, read_manifest(folder, "keys"))
    return _by_name(folder)


def check_keys_fit(folder: Path, address: bytes | None) -> None:
    """Return if the keys of a folder open what somebody's stored address is locked with.

    :raises OtherKeysError: if data keys were renewed between the two.
    """
    if address is None:
        return
    rows = _by_name(folder).values()
    known = {row["key_id"] for row in rows if row["purpose"] in ("roster", "former")}
    if envelope.key_id_of(address) not in known:
        raise OtherKeysError


def copied_address(folder: Path) -> bytes | None:
    """Return the address of some person or account in a people's folder; None if there is none."""
    for name in ("person", "account"):
        for row in _rows("identity", folder, name):
            address: bytes = row["address"]
            return address
    return None


def _rows(database: str, folder: Path, name: str) -> Iterator[dict[str, Any]]:
    table = METADATA[database].tables[name]
    return (from_line(table, line) for line in read_lines(table_path(folder, name)))


def _by_name(folder: Path) -> Mapping[tuple[str, bytes], Mapping[str, Any]]:
    return {(row["purpose"], row["pool_id"]): row for row in _rows("keys", folder, "data_key")}
