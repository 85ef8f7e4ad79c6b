"""Rows as lines of text, the same whatever database they lie in."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, LargeBinary, String, Table, collate, select

from app.models.columns import UtcTime
from crypto.encoding import decode_base64url, encode_base64url

_ROWS_AT_A_TIME = 500
_WRITE: Mapping[type, Callable[[Any], Any]] = {
    LargeBinary: encode_base64url,
    UtcTime: datetime.isoformat,
    Date: date.isoformat,
}
_READ: Mapping[type, Callable[[Any], Any]] = {
    LargeBinary: decode_base64url,
    UtcTime: datetime.fromisoformat,
    Date: date.fromisoformat,
}


def stored_rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """Give a table's rows by its key, a few in memory at a time.

    Keys are random, so nothing follows the order in which rows came (Protocol 4); and the order is
    the same on every database, so that equal tables make equal files.
    """
    binary = connection.dialect.name == "postgresql"  # its own order of letters depends on a locale
    order = [
        collate(column, "C") if binary and isinstance(column.type, String) else column
        for column in table.primary_key
    ]
    few = select(table).order_by(*order).execution_options(yield_per=_ROWS_AT_A_TIME)
    for row in connection.execute(few).mappings():
        yield dict(row)


def as_line(table: Table, row: Mapping[str, Any]) -> bytes:
    """Return a row as one line: JSON by column, bytes in base64url, times in ISO 8601."""
    values = {
        column.name: _converted(_WRITE, column.type, row[column.name]) for column in table.columns
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_line(table: Table, line: bytes) -> dict[str, Any]:
    """Return the row that as_line wrote."""
    values = json.loads(line)
    return {
        column.name: _converted(_READ, column.type, values[column.name]) for column in table.columns
    }


def _converted(table: Mapping[type, Callable[[Any], Any]], kind: Any, value: Any) -> Any:
    convert = table.get(type(kind))
    return value if value is None or convert is None else convert(value)
