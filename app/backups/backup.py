"""Write a backup: each database as one transaction sees it, without what tells who has answered."""

import errno
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Table, text

from app.backups.contents import Moment, harmless, moment_of, tables_of
from app.backups.errors import (
    NewerStructureError,
    NoRoomError,
    OtherKeysError,
    RenewedMeanwhileError,
)
from app.backups.folders import (
    FORMAT,
    Manifest,
    TableFile,
    make_folder,
    table_path,
    write_lines,
    write_manifest,
)
from app.backups.keys import check_keys_fit, copied_address
from app.backups.readme import readme_text
from app.backups.rows import as_line, stored_rows
from app.databases import Standing, standing_of
from app.extensions import Store

# Decision 030. A copy of the keys undoes their destruction for as long as it is kept.
KEYS_LIFETIME = timedelta(days=7)
_SAY_EVERY = 20_000
_README = "README.txt"
_Written = tuple[str, dict[str, TableFile]]  # which migration it has come to, and its tables


@dataclass(frozen=True)
class Backup:
    """A finished backup: how many rounds were under way, and until when its keys may be kept."""

    stopped_rounds: int
    keys_until: date | None


def make_backup(
    folder: Path,
    stores: Mapping[str, Store],
    now: datetime,
    say: Callable[[str], None],
    *,
    with_keys: bool,
) -> Backup:
    """Write a backup of all databases into a new or empty folder; it counts once it is complete.

    People first: what comes or ends while the others are read counts as it was before.

    :raises BackupError: if the folder can't be used, its disk is full, or the databases are newer.
    """
    if any(standing_of(store.engine) is not Standing.CURRENT for store in stores.values()):
        raise NewerStructureError("The databases are newer than this program")
    others = ["ballots", *(["keys"] if with_keys else [])]
    until = (now + KEYS_LIFETIME).date()
    with _no_room_is_told(folder):
        make_folder(folder)
        moment, written = _write_databases(folder, stores, others, say)
        if with_keys:
            _check_keys(folder)
        revision, _ = written["identity"]
        words = readme_text(now, revision, len(moment.stopped), until if with_keys else None)
        write_lines(folder / _README, [words.encode()])
        _write_manifests(folder, written, now, until)
    return Backup(len(moment.stopped), until if with_keys else None)


@contextmanager
def _no_room_is_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise NoRoomError(str(folder)) from None


def _write_databases(
    folder: Path, stores: Mapping[str, Store], others: Iterable[str], say: Callable[[str], None]
) -> tuple[Moment, Mapping[str, _Written]]:
    """Write all tables, people's first; return what was under way then, and what they became."""
    with stores["identity"].snapshot(*tables_of("identity")) as connection:
        moment = moment_of(connection)
        written = {"identity": _write(connection, folder, "identity", moment, say)}
    for name in others:
        with stores[name].snapshot(*tables_of(name)) as connection:
            written[name] = _write(connection, folder, name, moment, say)
    return moment, written


def _check_keys(folder: Path) -> None:
    try:
        check_keys_fit(folder / "keys", copied_address(folder / "identity"))
    except OtherKeysError:
        raise RenewedMeanwhileError from None


def _write_manifests(
    folder: Path, written: Mapping[str, _Written], now: datetime, until: date
) -> None:
    """Write what each folder holds, the people's last: with it the backup is complete."""
    identifier = secrets.token_hex(8)
    for name, (revision, tables) in reversed(written.items()):
        manifest = Manifest(
            format=FORMAT,
            backup=identifier,
            database=name,
            made_at=now.isoformat(timespec="minutes"),
            revision=revision,
            destroy_by=until.isoformat() if name == "keys" else "",
            tables=tables,
        )
        write_manifest(folder / name, manifest)


def revision_of(connection: Connection) -> str:
    """Return which migration a database has come to."""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _write(
    connection: Connection, folder: Path, database: str, moment: Moment, say: Callable[[str], None]
) -> _Written:
    """Write a database's tables; return its revision and what they became."""
    make_folder(folder / database)
    tables = {}
    for table in tables_of(database):
        path = table_path(folder / database, table.name)
        written = write_lines(path, _lines(connection, table, moment, say))
        say(f"{database}: {table.name}, {written.rows} rows")
        tables[table.name] = written
    return revision_of(connection), tables


def _lines(
    connection: Connection, table: Table, moment: Moment, say: Callable[[str], None]
) -> Iterator[bytes]:
    for count, row in enumerate(stored_rows(connection, table), start=1):
        if count % _SAY_EVERY == 0:
            say(f"{table.name}: {count} rows so far")
        kept = harmless(table, row, moment)
        if kept is not None:
            yield as_line(table, kept)
