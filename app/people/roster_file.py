"""A roster file -> who is on it and where they belong, or every fault with its line."""

from collections.abc import Collection, Mapping

from app.people.gathering import Gathering
from app.people.roster import Fault, Roster
from app.people.roster_row import Header
from app.people.roster_text import (
    Record,
    UnreadableRosterError,
    decode,
    find_separator,
    read_records,
)
from app.people.roster_words import ADDRESS, COLUMNS, GROUP, PROGRAM, spelling


def read_roster(content: bytes, domains: Collection[str] = ()) -> Roster:
    """Return what a roster file says; it never raises for what stands in the file.

    :param domains: lower-case mail domains that may be invited; none given allows all.
    """
    try:
        text, encoding = decode(content)
    except UnreadableRosterError as error:
        return Roster("unknown", False, faults=(Fault(error.line, str(error)),))
    separator, text = find_separator(text)
    records = read_records(text, separator)
    notes = []
    if encoding in ("Windows-1252", "Latin-1"):
        notes.append(f"Read as {encoding}, as it isn't UTF-8: check names with accents.")
    try:
        header, ignored = _read_header(next(records, None))
    except UnreadableRosterError as error:
        return Roster(encoding, False, faults=(Fault(error.line, str(error)),))
    if ignored:
        notes.append(f"Not used: {ignored} column{'s' if ignored > 1 else ''} with another name.")
    gathering = Gathering(header, domains)
    gathering.read(records)
    return gathering.roster(encoding, notes)


def _read_header(record: Record | None) -> tuple[Header, int]:
    """Return the header, and how many named columns the roster has no use for."""
    if record is None:
        raise UnreadableRosterError("The file is empty; give a first line with names of columns.")
    columns: dict[str, int] = {}
    named = [cell for cell in record.cells if cell.strip()]
    for position, cell in enumerate(record.cells):
        column = COLUMNS.get(spelling(cell))
        if column in columns:
            raise UnreadableRosterError(
                f"Two columns mean the {column}; remove or rename one.", record.line
            )
        if column:
            columns[column] = position
    if ADDRESS not in columns:
        raise UnreadableRosterError(_no_address_column(named, columns), record.line)
    if GROUP in columns and PROGRAM not in columns:
        raise UnreadableRosterError(
            "There is a column for the group but none for the program; add a column Program.",
            record.line,
        )
    return Header(columns, len(record.cells)), len(named) - len(columns)


def _no_address_column(named: list[str], columns: Mapping[str, int]) -> str:
    mend = "name the columns in the first line, one of them Email"
    if any("@" in cell for cell in named):
        return f"The first line holds an address where names of columns should be; {mend}."
    if columns:
        return f"There is no column for the mail address; found: {', '.join(columns)}; {mend}."
    found = ", ".join(f'"{" ".join(cell.split())[:20]}"' for cell in named[:8])
    return f"There is no column for the mail address; found: {found}; {mend}."
