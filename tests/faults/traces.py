"""Search everything that a launch leaves behind for a secret, in every way it could be written."""

import base64
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from crypto.links import Link

INBOX = "inbox"  # development's mails, where links belong


def secrets_of(links: list[Link], *scalars: int) -> dict[str, bytes]:
    """Return what must not be found: each link's token and share, and each pool's scalar."""
    secrets: dict[str, bytes] = {}
    for number, link in enumerate(links):
        assert link.share is not None
        secrets[f"token {number}"] = link.token
        secrets[f"x and y {number}"] = link.share.to_bytes()
        secrets[f"y {number}"] = link.share.to_bytes()[4:]
    for number, scalar in enumerate(scalars):
        secrets[f"scalar {number}"] = scalar.to_bytes(32)
    return secrets


def spellings(secret: bytes) -> dict[str, bytes]:
    """Return how a secret could be written: bytes, hex, base64 at each alignment, decimal."""
    found = {
        "raw": secret,
        "hex": secret.hex().encode(),
        "HEX": secret.hex().upper().encode(),
        "decimal": str(int.from_bytes(secret)).encode(),
    }
    for before in range(3):
        padded = b"\0" * before + secret
        # Only the characters that the secret alone decides, whatever stands around it.
        first, last = -(-before * 8 // 6), len(padded) * 8 // 6
        found[f"base64url {before}"] = base64.urlsafe_b64encode(padded)[first:last]
        found[f"base64 {before}"] = base64.b64encode(padded)[first:last]
    return found


def traces(secrets: Mapping[str, bytes], data: Path, *logs: Path) -> list[str]:
    """Return where which secret is written, in any file of `data`, database row or log."""
    needles = {
        (name, how): needle
        for name, secret in secrets.items()
        for how, needle in spellings(secret).items()
    }
    with TemporaryDirectory() as folder:
        # Another process copies: SQLite's locks end when their own process closes its file once.
        subprocess.run(["cp", "-a", f"{data}/.", folder], check=True)
        return [
            f"{name} as {how} in {place}"
            for place, content in _places(Path(folder), *logs)
            for (name, how), needle in needles.items()
            if needle in content
        ]


def _places(data: Path, *logs: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(data.rglob("*")):
        if path.is_file() and path.relative_to(data).parts[0] != INBOX:
            yield path.name, path.read_bytes()
    for path in logs:
        yield path.name, path.read_bytes()
    for path in sorted(data.glob("*.sqlite3")):
        yield f"rows of {path.name}", _rows(path)


def _rows(path: Path) -> bytes:
    """Return all values of a database file; a long one may lie split over its pages."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return b"\n".join(
            value if isinstance(value, bytes) else str(value).encode()
            for (table,) in tables.fetchall()
            for row in connection.execute(f'SELECT * FROM "{table}"')
            for value in row
        )
