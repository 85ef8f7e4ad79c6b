"""All that the three databases hold, as bytes; and what two heaps of bytes have in common."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect

from crypto.encoding import decode_base64url, encode_base64url
from crypto.errors import CryptoError

WINDOW = 8
LARGE = 1 << 48  # smaller numbers meet by chance; larger ones are identifiers or times
# The migrations' own mark says the same in each database.
_NOT_OURS = {"alembic_version"}
_HEX = re.compile(rb"[0-9A-Fa-f]{16,}")
_BASE64 = re.compile(rb"[A-Za-z0-9_+/-]{11,}")


@dataclass(frozen=True)
class Value:
    """One value and where it stands."""

    table: str
    column: str
    content: Any


def dump(engine: Engine) -> list[Value]:
    """Return every value of every table, whether a model knows the table or not."""
    values = []
    with engine.connect() as connection:
        quote = engine.dialect.identifier_preparer.quote
        for table in sorted(set(inspect(engine).get_table_names()) - _NOT_OURS):
            rows = connection.exec_driver_sql(f"SELECT * FROM {quote(table)}")
            columns = list(rows.keys())
            values += [
                Value(table, column, content)
                for row in rows
                for column, content in zip(columns, row, strict=True)
            ]
    return values


def snapshot(engines: Iterable[Engine]) -> list[list[str]]:
    """Return all rows of all tables in an order of their own, to compare before with after."""
    found = []
    for engine in engines:
        with engine.connect() as connection:
            quote = engine.dialect.identifier_preparer.quote
            for table in sorted(inspect(engine).get_table_names()):
                rows = connection.exec_driver_sql(f"SELECT * FROM {quote(table)}")
                found.append([table, *sorted(str(tuple(row)) for row in rows)])
    return found


def as_bytes(content: Any) -> bytes:
    """Return a database value as bytes; small numbers and truth values say nothing."""
    match content:
        case bytes() | memoryview():
            return bytes(content)
        case str():
            return content.encode()
        case datetime():
            return content.strftime("%Y-%m-%d %H:%M:%S").encode()
        case date():
            return content.isoformat().encode()
        case bool() | None:
            return b""
        case int():
            return content.to_bytes(8) if content >= LARGE else b""
        case float():
            return b""
        case _:
            return json.dumps(content).encode()


def windows(contents: Iterable[Any]) -> set[bytes]:
    """Return every run of 8 bytes in `contents`: as they stand, and read as hex or base64."""
    found = set()
    for content in contents:
        for piece in _readings(as_bytes(content)):
            found |= {piece[at : at + WINDOW] for at in range(len(piece) - WINDOW + 1)}
    return found


def common(
    left: Iterable[Value], right: Iterable[Value], public: Iterable[Value]
) -> set[tuple[str, str]]:
    """Return the (table, column) pairs of `right` that share 8 bytes with anything in `left`."""
    known = windows(value.content for value in left) - windows(value.content for value in public)
    return {(value.table, value.column) for value in right if windows([value.content]) & known}


def encodings(secret: bytes) -> list[bytes]:
    """Return `secret` as it could stand in a file: raw, hex, both base64s at each alignment."""
    forms = [secret, secret.hex().encode(), secret.hex().upper().encode()]
    for shift in range(3):
        # Whole groups of three bytes, since what stands beside them colours the outer characters.
        whole = secret[shift : len(secret) - (len(secret) - shift) % 3]
        url = encode_base64url(whole)
        forms += [url.encode(), url.replace("-", "+").replace("_", "/").encode()]
    return forms


def places_of(secret: bytes, heaps: dict[str, bytes]) -> list[str]:
    """Return the names of the heaps in which `secret` stands, in whatever spelling."""
    forms = encodings(secret)
    return [name for name, heap in heaps.items() if any(form in heap for form in forms)]


def files_below(folder: Path, *, without: str = "") -> dict[str, bytes]:
    """Return the bytes of every file under `folder` except those under its subfolder `without`."""
    left_out = folder / without if without else None
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (left_out is None or left_out not in path.parents)
    }


def _readings(raw: bytes) -> list[bytes]:
    found = [raw]
    for match in _HEX.finditer(raw):
        run = match[0]
        found += [bytes.fromhex(_even(run[at:]).decode()) for at in (0, 1)]
    for match in _BASE64.finditer(raw):
        run = match[0].replace(b"+", b"-").replace(b"/", b"_")
        found += [_decoded(run[at:]) for at in range(4)]
    return found


def _even(run: bytes) -> bytes:
    return run[: len(run) // 2 * 2]


def _decoded(run: bytes) -> bytes:
    whole = run[: len(run) // 4 * 4]
    try:
        return decode_base64url(whole.decode())
    except CryptoError:
        return b""
