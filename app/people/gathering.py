"""The rows of a roster file put together: one entry a person, and what contradicts itself."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from app.people.roster import Fault, Roster, RosterPerson, RosterPlace
from app.people.roster_row import Header, RosterRow, RowFaultError, read_row
from app.people.roster_text import Record, UnreadableRosterError
from app.people.roster_words import LANGUAGE, NAME, PROGRAM, TIME_ZONE, column_words

MAX_ROWS = 200_000
MAX_FAULTS = 500  # looking for what was meant takes some milliseconds each
_PERSONAL = {"name": NAME, "time_zone": TIME_ZONE, "language": LANGUAGE}


@dataclass
class Gathering:
    """People and places as the rows come in; each is remembered with the line it came from."""

    header: Header
    domains: Collection[str]
    people: dict[str, RosterPerson] = field(default_factory=dict)
    first_lines: dict[str, int] = field(default_factory=dict)
    places: dict[RosterPlace, int] = field(default_factory=dict)
    memberships: dict[tuple[str, str], RosterPlace] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    repeated: int = 0

    def read(self, records: Iterator[Record]) -> None:
        """Take in all rows; what is wrong is noted, and reading goes on where it can."""
        try:
            for number, record in enumerate(records, start=1):
                if number > MAX_ROWS:
                    raise UnreadableRosterError(
                        _(
                            "There are more than %(most)s rows, which is too many for one roster.",
                            most=format(MAX_ROWS, ","),
                        ),
                        record.line,
                    )
                if len(self.faults) >= MAX_FAULTS:
                    raise UnreadableRosterError(
                        _("There are too many faults to go on; mend these first."), record.line
                    )
                self._read_record(record)
        except UnreadableRosterError as error:
            self.faults.append(Fault(error.line, str(error)))
        if not self.people and not self.faults:
            self.faults.append(Fault(None, _("The file names no person; add a row for each.")))

    def roster(self, encoding: str, notes: list[str]) -> Roster:
        """Return what has been gathered."""
        if self.repeated:
            repeated = ngettext(
                "%(rows)s row says what an earlier one said; read once.",
                "%(rows)s rows say what an earlier one said; read once.",
                self.repeated,
                rows=format(self.repeated, ","),
            )
            notes = [*notes, repeated]
        return Roster(
            encoding=encoding,
            has_places=PROGRAM in self.header.columns,
            people=tuple(self.people.values()),
            places=tuple(self.places),
            notes=tuple(notes),
            faults=tuple(self.faults),
        )

    def _read_record(self, record: Record) -> None:
        row, faults = read_row(record, self.header, self.domains)
        self.faults += [Fault(record.line, sentence) for sentence in faults]
        if row is None:
            return
        try:
            said_before = self._take_person(row)
            new_place = row.place is not None and self._take_place(row.place, row.line)
            self.repeated += said_before and not new_place
        except RowFaultError as error:
            self.faults.append(Fault(record.line, str(error)))

    def _take_person(self, row: RosterRow) -> bool:
        """Return whether an earlier row names the same person.

        :raises RowFaultError: if the two rows contradict each other.
        """
        person = row.person
        known = self.people.get(person.address)
        if known is None:
            self.people[person.address] = person
            self.first_lines[person.address] = row.line
            return False
        for attribute, word in _PERSONAL.items():
            said, says = getattr(known, attribute), getattr(person, attribute)
            if says is None or says == said:
                continue
            if said is not None:
                raise RowFaultError(
                    _(
                        "The same address has another %(word)s on line %(line)s; give one"
                        " %(word)s to one person.",
                        word=column_words(word),
                        line=self.first_lines[person.address],
                    )
                )
            known = replace(known, **{attribute: says})
        self.people[person.address] = known
        return True

    def _take_place(self, said: RosterPlace, line: int) -> bool:
        """Return whether no earlier row says that this person belongs here.

        :raises RowFaultError: if the person can't belong both here and where an earlier row says.
        """
        place = self._spelled_as_before(said)
        if place in self.places:
            return False
        if replace(place, role="member" if place.role == "mentor" else "mentor") in self.places:
            raise RowFaultError(
                _("This person is both mentor and member of the same group; keep one of the two.")
            )
        if place.role == "member":
            other = self.memberships.setdefault((place.address, place.program), place)
            if other != place:
                raise RowFaultError(
                    _(
                        "Line %(line)s puts this person elsewhere in the same program; a person is"
                        " a member once in each program.",
                        line=self.places[other],
                    )
                )
        self.places[place] = line
        return True

    def _spelled_as_before(self, place: RosterPlace) -> RosterPlace:
        """Return the place with the spelling of program and group that came first in the file."""
        program = self.spellings.setdefault(place.program.casefold(), place.program)
        group = place.group
        if group is not None:
            key = f"{program.casefold()}\0{group.casefold()}"
            group = self.spellings.setdefault(key, group)
        return RosterPlace(place.address, program, group, place.role)
