"""A workbook's bytes -> records, as a CSV file has them; small on disk may be huge in memory."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from openpyxl import load_workbook

from app.people.roster_text import Record, UnreadableRosterError
from app.people.roster_words import COLUMNS, spelling

MOST_COLUMNS = 60
MOST_RECORDS = 200_002  # one more than a roster may have, below its first line
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 1_000
_LONGEST_CELL = 1_000  # far beyond any name; what is longer is refused by the row it stands in
_LOOKED_AT = 10  # sheets that may hold the roster


def read_workbook(content: bytes) -> tuple[list[Record], list[str]]:
    """Return the records of the sheet that is a roster, and notes about what was left aside.

    That is the first one with a column for the address; where none has, the first one at all.

    :raises UnreadableRosterError: if it is no workbook, or unpacks to more than a roster can be.
    """
    _check_size(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and rules, which a roster has no use for
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                return _read(book)
            finally:
                book.close()
    except UnreadableRosterError:
        raise
    # Whatever a broken workbook makes the library stumble over, and that is nearly everything.
    except Exception:
        raise UnreadableRosterError(
            _("The workbook is damaged; open it, save it again, or save the sheet as CSV.")
        ) from None


def _check_size(content: bytes) -> None:
    """Refuse what unpacks to too much. zipfile gives no more of a part than it says it has."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            entries = parts.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        raise UnreadableRosterError(
            _("This file is packed, but is no workbook; save the sheet as XLSX or CSV.")
        ) from None
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise UnreadableRosterError(
            _("The workbook holds far more than a roster; copy its sheet into a new one.")
        )


def _read(book: Any) -> tuple[list[Record], list[str]]:
    sheets = book.worksheets
    if not sheets:
        raise UnreadableRosterError(_("The workbook has no sheet with cells."))
    chosen = next((sheet for sheet in sheets[:_LOOKED_AT] if _is_roster(sheet)), sheets[0])
    records = [record for record in _records(chosen, MOST_RECORDS) if not record.blank]
    notes = []
    if len(sheets) > 1:
        notes.append(
            _(
                "The workbook has %(sheets)s sheets; read was the one called %(name)s.",
                sheets=len(sheets),
                name=chosen.title,
            )
        )
    return records, notes


def _is_roster(sheet: Any) -> bool:
    first = next((record for record in _records(sheet, _LOOKED_AT) if not record.blank), None)
    return first is not None and any(
        COLUMNS.get(spelling(cell)) == "address" for cell in first.cells
    )


def _records(sheet: Any, rows: int) -> Iterator[Record]:
    sheet.reset_dimensions()  # what a sheet says about its size is often wrong
    found = sheet.iter_rows(max_row=rows, max_col=MOST_COLUMNS, values_only=True)
    for number, cells in enumerate(found, start=1):
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        yield Record(number, tuple(texts))


def _text(cell: Any) -> str:
    """Return what a cell shows, near enough: numbers without a needless decimal, days as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)[:_LONGEST_CELL]
