"""A roster file -> who is on it and where they belong, or every fault with its line."""

from collections.abc import Collection, Iterator, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from app.people.gathering import Gathering
from app.people.roster import Fault, Roster
from app.people.roster_row import Header
from app.people.roster_text import (
    Record,
    UnreadableRosterError,
    check_size,
    decode,
    find_separator,
    is_workbook,
    read_records,
)
from app.people.roster_words import (
    ADDRESS,
    COLUMNS,
    GROUP,
    PROGRAM,
    column_words,
    spelling,
)
from app.people.workbook_text import read_workbook

WORKBOOK = "XLSX"  # in the place of an encoding


def read_roster(content: bytes, domains: Collection[str] = ()) -> Roster:
    """Return what a roster file says; it never raises for what stands in the file.

    :param domains: lower-case mail domains that may be invited; none given allows all.
    """
    encoding = "unknown"
    try:
        records, encoding, notes = _records(content)
        header, ignored = _read_header(next(records, None))
    except UnreadableRosterError as error:
        return Roster(encoding, False, faults=(Fault(error.line, str(error)),))
    if ignored:
        notes.append(
            ngettext(
                "Not used: %(num)s column with another name.",
                "Not used: %(num)s columns with another name.",
                ignored,
            )
        )
    gathering = Gathering(header, domains)
    gathering.read(records)
    return gathering.roster(encoding, notes)


def _records(content: bytes) -> tuple[Iterator[Record], str, list[str]]:
    """Return the records of a file, what it was read as, and notes about it.

    :raises UnreadableRosterError: if it can't be read at all.
    """
    check_size(content)
    if is_workbook(content):
        rows, notes = read_workbook(content)
        return iter(rows), WORKBOOK, notes
    text, encoding = decode(content)
    separator, text = find_separator(text)
    notes = []
    if encoding in ("Windows-1252", "Latin-1"):
        notes.append(
            _(
                "Read as %(encoding)s, as it isn't UTF-8: check names with accents.",
                encoding=encoding,
            )
        )
    return read_records(text, separator), encoding, notes


def _read_header(record: Record | None) -> tuple[Header, int]:
    """Return the header, and how many named columns the roster has no use for."""
    if record is None:
        raise UnreadableRosterError(
            _("The file is empty; give a first line with names of columns.")
        )
    columns: dict[str, int] = {}
    named = [cell for cell in record.cells if cell.strip()]
    for position, cell in enumerate(record.cells):
        column = COLUMNS.get(spelling(cell))
        if column in columns:
            raise UnreadableRosterError(
                _(
                    "Two columns mean the %(column)s; remove or rename one.",
                    column=column_words(column),
                ),
                record.line,
            )
        if column:
            columns[column] = position
    if ADDRESS not in columns:
        raise UnreadableRosterError(_no_address_column(named, columns), record.line)
    if GROUP in columns and PROGRAM not in columns:
        raise UnreadableRosterError(
            _("There is a column for the group but none for the program; add a column Program."),
            record.line,
        )
    return Header(columns, len(record.cells)), len(named) - len(columns)


def _no_address_column(named: list[str], columns: Mapping[str, int]) -> str:
    if any("@" in cell for cell in named):
        return _(
            "The first line holds an address where names of columns should be; name the columns in"
            " the first line, one of them Email."
        )
    texts = (f'"{" ".join(cell.split())[:20]}"' for cell in named[:8])
    return _(
        "There is no column for the mail address; found: %(found)s; name the columns in the first"
        " line, one of them Email.",
        found=", ".join(columns or texts),
    )
