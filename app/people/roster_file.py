"""A roster file -> who is on it and where they belong, or every fault with its line."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from app.people.roster_row import RosterRow, RowFaultError, read_row
from app.people.roster_text import (
    Record,
    UnreadableRosterError,
    decode,
    find_separator,
    read_records,
)
from app.people.roster_words import (
    ADDRESS,
    COLUMNS,
    FIRST_NAME,
    GROUP,
    LAST_NAME,
    NAME,
    PROGRAM,
    spelling,
)

MAX_ROWS = 200_000


@dataclass(frozen=True)
class Fault:
    """What is wrong and how to mend it; `line` is None when it is about the whole file."""

    line: int | None
    sentence: str


@dataclass(frozen=True)
class RosterPerson:
    """Someone in the file; None where the file says nothing."""

    address: str
    name: str | None
    time_zone: str | None
    language: str | None


@dataclass(frozen=True)
class RosterPlace:
    """Where someone belongs: a program, a group of it unless they are in none, and a role."""

    address: str
    program: str
    group: str | None
    role: str


@dataclass(frozen=True)
class Roster:
    """What the file says. With faults it must not be used.

    `has_places` is False when the file names no program column: it then says nothing about them.
    """

    encoding: str
    has_places: bool
    people: tuple[RosterPerson, ...] = ()
    places: tuple[RosterPlace, ...] = ()
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


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
        columns, ignored = _read_header(next(records, None))
    except UnreadableRosterError as error:
        return Roster(encoding, False, faults=(Fault(error.line, str(error)),))
    if ignored:
        notes.append(f"Not used: {_counted(ignored, 'column', 'columns')} with another name.")
    gathering = _Gathering(columns, domains)
    gathering.read(records)
    return gathering.result(encoding, notes)


def _read_header(record: Record | None) -> tuple[Mapping[str, int], int]:
    """Return where each known column stands, and how many others there are."""
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
    return columns, len(named) - len(columns)


def _no_address_column(named: list[str], columns: Mapping[str, int]) -> str:
    mend = "name the columns in the first line, one of them Email"
    if any("@" in cell for cell in named):
        return f"The first line holds an address where names of columns should be; {mend}."
    if columns:
        return f"There is no column for the mail address; found: {', '.join(columns)}; {mend}."
    found = ", ".join(f'"{" ".join(cell.split())[:20]}"' for cell in named[:8])
    return f"There is no column for the mail address; found: {found}; {mend}."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


@dataclass
class _Gathering:
    """People and places as the rows come in."""

    columns: Mapping[str, int]
    domains: Collection[str]
    people: dict[str, RosterPerson] = field(default_factory=dict)
    first_line: dict[str, int] = field(default_factory=dict)
    places: dict[RosterPlace, int] = field(default_factory=dict)
    member_of: dict[tuple[str, str], int] = field(default_factory=dict)
    spellings: dict[tuple[str, ...], str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    repeated: int = 0

    def read(self, records: Iterator[Record]) -> None:
        """Take in all rows; what is wrong is noted, and reading goes on where it can."""
        try:
            for number, record in enumerate(records, start=1):
                if number > MAX_ROWS:
                    raise UnreadableRosterError(
                        f"There are more than {MAX_ROWS:,} rows; split the file by program.",
                        record.line,
                    )
                self._read_record(record)
        except UnreadableRosterError as error:
            self.faults.append(Fault(error.line, str(error)))
        if not self.first_line and not self.faults:
            self.faults.append(Fault(None, "The file names no person; add a row for each."))

    def _read_record(self, record: Record) -> None:
        row, faults = read_row(record, self.columns, self.domains)
        self.faults += [Fault(record.line, sentence) for sentence in faults]
        if row is None:
            return
        try:
            known = row.address in self.first_line
            self._take_person(row)
            if not self._take_place(row) and known:
                self.repeated += 1
        except RowFaultError as error:
            self.faults.append(Fault(record.line, str(error)))
