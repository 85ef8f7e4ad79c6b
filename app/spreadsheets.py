"""Tables to take away: CSV files and workbooks in which no cell is ever run as a formula."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

CSV_TYPE = "text/csv; charset=utf-8"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet runs a cell of a CSV file that begins so; the last three hide such a beginning.
_FORMULA_MARKS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")
_AS_TEXT = "'"  # what spreadsheets read as "this is text"
_LONGEST_CELL = 32_767  # of a workbook; a longer one would be dropped whole
_LONGEST_NAME = 31  # of a sheet

Cell = str | int | float


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook.

    :ivar widths: of the columns, in characters.
    """

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...] = ()


def csv_bytes(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return a CSV file in UTF-8, with the mark by which spreadsheets know that."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def workbook_bytes(sheets: Sequence[Sheet], made: datetime) -> bytes:
    """Return a workbook; the same tables give the same bytes.

    :param made: when it says that it was made.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    # A workbook keeps who made it and when; the moment of a download is nobody's business.
    book.set_properties({"created": made.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name[:_LONGEST_NAME])
        for at, width in enumerate(sheet.widths):
            page.set_column(at, at, width)
        for number, row in enumerate([sheet.head, *sheet.rows]):
            for at, cell in enumerate(row):
                _write(page, number, at, cell, plain if number else bold)
        page.freeze_panes(1, 0)
    book.close()
    return file.getvalue()


def _write(
    page: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    cell: Cell,
    form: xlsxwriter.format.Format,
) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, cell[:_LONGEST_CELL], form)
    else:
        page.write_number(row, column, cell, form)


def _harmless(cell: Cell) -> Cell:
    """Return a cell that every spreadsheet shows and none runs."""
    if isinstance(cell, str) and cell.startswith(_FORMULA_MARKS):
        return _AS_TEXT + cell
    return cell
