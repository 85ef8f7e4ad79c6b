"""The files that browsers get from here, with their hashes, to be compared with the source."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

REBUILD = "cd frontend && npm ci && npm run check"


@dataclass(frozen=True)
class ServedFile:
    """A file as it is served; `source` is its place in the source of this version."""

    path: str
    source: str
    size: int
    sha256: str


def served_files(folder: Path) -> tuple[ServedFile, ...]:
    """Return every file of the static folder, as it lies there now.

    :param folder: app/static.
    """
    return tuple(
        _served(path.relative_to(folder).as_posix(), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def _served(name: str, content: bytes) -> ServedFile:
    digest = hashlib.sha256(content).hexdigest()
    return ServedFile(f"/static/{name}", f"app/static/{name}", len(content), digest)
