"""The folders of a backup: one for each database, a file for each table, and a manifest, last."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.backups.errors import (
    DamagedBackupError,
    FolderNotEmptyError,
    NoFolderError,
    UnfinishedBackupError,
)

FORMAT = 1
_MANIFEST = "manifest.json"
_OWNER_ONLY_FOLDER, _OWNER_ONLY_FILE = 0o700, 0o600


@dataclass(frozen=True)
class TableFile:
    """One table's file: how many rows, and the SHA-256 of its bytes."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a folder holds.

    :ivar backup: random; the same in all folders of one backup.
    :ivar destroy_by: the day by which a folder with keys must be gone; empty for the others.
    """

    format: int
    backup: str
    database: str
    made_at: str
    revision: str
    destroy_by: str
    tables: dict[str, TableFile]


def make_folder(path: Path) -> None:
    """Make a folder that only its owner can open.

    :raises FolderNotEmptyError: if it is there and holds something.
    :raises NoFolderError: if it can't be made.
    """
    try:
        path.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        path.chmod(_OWNER_ONLY_FOLDER)
        if any(path.iterdir()):
            raise FolderNotEmptyError(str(path))
    except OSError:
        raise NoFolderError(str(path)) from None


def write_lines(path: Path, lines: Iterable[bytes]) -> TableFile:
    """Write a new file that only its owner can read; return what it became, once it is on disk."""
    digest, count = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY_FILE)
    with os.fdopen(descriptor, "wb") as file:
        for line in lines:
            file.write(line)
            digest.update(line)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return TableFile(count, digest.hexdigest())


def table_path(folder: Path, table: str) -> Path:
    """Return where a table's rows are."""
    return folder / f"{table}.jsonl"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say that a folder is complete; until then nothing can be restored from it."""
    content = json.dumps(asdict(manifest), indent=2).encode() + b"\n"
    partial = folder / f"{_MANIFEST}.partial"
    write_lines(partial, [content])
    partial.rename(folder / _MANIFEST)
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def read_manifest(folder: Path, database: str) -> Manifest:
    """Return what a folder holds.

    :raises UnfinishedBackupError: if it has no manifest.
    :raises DamagedBackupError: if that can't be read, or is of another database.
    """
    path = folder / _MANIFEST
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        tables = {name: TableFile(**entry) for name, entry in content["tables"].items()}
        manifest = Manifest(**(content | {"tables": tables}))
    except (FileNotFoundError, NotADirectoryError):
        raise UnfinishedBackupError(str(folder)) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise DamagedBackupError(str(path)) from None
    if manifest.database != database or manifest.format != FORMAT:
        raise DamagedBackupError(str(path))
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with what the manifest says of it.

    :raises DamagedBackupError: for the first that is missing or different.
    """
    for name, expected in manifest.tables.items():
        path = table_path(folder, name)
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            raise DamagedBackupError(str(path)) from None
        if digest != expected.sha256:
            raise DamagedBackupError(str(path))


def read_lines(path: Path) -> Iterator[bytes]:
    """Give a file's lines, one in memory at a time."""
    with path.open("rb") as file:
        yield from file
