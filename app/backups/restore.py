"""Bring a backup back into empty databases, all or nothing in each."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.orm import Session

from app.backups.backup import revision_of
from app.backups.contents import METADATA, tables_of
from app.backups.errors import (
    DamagedBackupError,
    DatabaseNotEmptyError,
    MixedBackupError,
    NoKeysError,
    OtherMasterKeyError,
    OtherVersionError,
    UnfinishedBackupError,
)
from app.backups.folders import Manifest, check_files, read_lines, read_manifest, table_path
from app.backups.rows import as_line, from_line, stored_rows
from app.extensions import Store
from app.key_provider import UnknownMasterKeyError
from app.vault import Vault

_ROWS_AT_A_TIME = 500
# Keys first, people last: nothing is served or worked on before people are there.
_ORDER = ("keys", "ballots", "identity")


@dataclass(frozen=True)
class Source:
    """Where each database's copy lies, and what it holds; complete and undamaged."""

    folders: Mapping[str, Path]
    manifests: Mapping[str, Manifest]


def read_source(folder: Path, keys: Path | None, only: str | None = None) -> Source:
    """Return what can be restored from a folder, every file compared with its manifest.

    :param keys: where the keys lie, if not in the folder itself.
    :param only: the one database that is wanted, keys or ballots; None for all three.
    :raises BackupError: if something is missing, damaged or of two backups.
    """
    wanted = _ORDER if only is None else (only,)
    folders = {name: folder / name for name in wanted}
    if keys is not None and "keys" in folders:
        folders["keys"] = keys
    manifests = {}
    # The people's was written last: if it is there, the backup is complete; only keys lie apart.
    for name in reversed(wanted):
        try:
            manifests[name] = read_manifest(folders[name], name)
        except UnfinishedBackupError:
            if name == "keys" and only is None:
                raise NoKeysError from None
            raise
    if only is None and manifests["identity"].backup != manifests["ballots"].backup:
        raise MixedBackupError
    for name, path in folders.items():
        check_files(path, manifests[name])
    return Source(folders, manifests)


def check_master_key(source: Source, vault: Vault) -> None:
    """Return if the configured master key, or the previous one, opens the keys of the backup.

    :raises OtherMasterKeyError: if neither does.
    """
    (table,) = tables_of("keys")
    for line in read_lines(table_path(source.folders["keys"], table.name)):
        row = from_line(table, line)
        try:
            vault.open_wrapped(row["purpose"], row["pool_id"], row["key_id"], row["wrapped"])
        except UnknownMasterKeyError:
            raise OtherMasterKeyError from None


def restore(
    source: Source,
    stores: Mapping[str, Store],
    say: Callable[[str], None],
    and_then: Callable[[Session], None],
) -> None:
    """Fill the databases of a source, each in one transaction, and read back what was written.

    A database that already holds exactly this backup is left as it is, so a restore that was cut
    off is finished by doing it again.

    :param and_then: done in the people's transaction, after everything is back.
    :raises BackupError: if a database holds something else, or is of another version; no database
        has been written to then.
    """
    names = [name for name in _ORDER if name in source.folders]
    waiting = [name for name in names if _must_be_filled(source, name, stores[name])]
    for name in names:
        if name not in waiting:
            say(f"{name}: restored before")
            continue
        with stores[name].connect() as connection:
            _fill(connection, source, name, say)
            if name == "identity":
                with Session(connection, join_transaction_mode="rollback_only") as session:
                    and_then(session)
                    session.flush()


def _must_be_filled(source: Source, name: str, store: Store) -> bool:
    """Return whether a database is empty; False if it holds this very backup."""
    tables = METADATA[name].sorted_tables
    with store.snapshot(*tables) as connection:
        made, here = source.manifests[name].revision, revision_of(connection)
        if made != here:
            raise OtherVersionError(made, here)
        if all(connection.execute(select(table).limit(1)).first() is None for table in tables):
            return True
        if _differing(connection, source.manifests[name], name) is None:
            return False
    raise DatabaseNotEmptyError(name)


def _fill(connection: Connection, source: Source, name: str, say: Callable[[str], None]) -> None:
    for table in tables_of(name):
        path = table_path(source.folders[name], table.name)
        rows = (from_line(table, line) for line in read_lines(path))
        while few := list(islice(rows, _ROWS_AT_A_TIME)):
            connection.execute(insert(table), few)
        say(f"{name}: {table.name}, {source.manifests[name].tables[table.name].rows} rows")
    differing = _differing(connection, source.manifests[name], name)
    if differing is not None:
        raise DamagedBackupError(f"{name}, {differing}")


def _differing(connection: Connection, manifest: Manifest, name: str) -> str | None:
    """Return the first table that is not what the manifest says; None if all are."""
    for table in tables_of(name):
        digest = hashlib.sha256()
        for line in _stored_lines(connection, table):
            digest.update(line)
        if digest.hexdigest() != manifest.tables[table.name].sha256:
            return table.name
    return None


def _stored_lines(connection: Connection, table: Table) -> Iterator[bytes]:
    for row in stored_rows(connection, table):
        yield as_line(table, row)
