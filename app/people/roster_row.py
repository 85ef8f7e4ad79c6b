"""One record of a roster file -> its values, or what is wrong with them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.languages import told
from app.people.addresses import ForeignDomainError, InvalidAddressError, normalise_address
from app.people.plain_text import FORMULA_MARKS, MAX_CHARACTERS, has_unseen, tidy_text
from app.people.roster import RosterPerson, RosterPlace
from app.people.roster_text import Record
from app.people.roster_words import (
    ADDRESS,
    FIRST_NAME,
    GROUP,
    LANGUAGE,
    LAST_NAME,
    NAME,
    PROGRAM,
    ROLE,
    ROLES,
    TIME_ZONE,
    column_words,
    read_language,
    spelling,
)
from app.people.time_zones import resolve_time_zone
from surveys.errors import UnknownZoneError


class RowFaultError(ValueError):
    """One thing in a row is wrong; the sentence says what, and how to mend it."""


@dataclass(frozen=True)
class RosterRow:
    """What one row says: a person, and a place unless the row names no program."""

    line: int
    person: RosterPerson
    place: RosterPlace | None


@dataclass(frozen=True)
class Header:
    """Where each known column stands, and how many columns there are in all."""

    columns: Mapping[str, int]
    width: int


@dataclass(frozen=True)
class _RowReader:
    """Reads the cells of one record, noting every fault instead of stopping at the first."""

    record: Record
    header: Header
    faults: list[str]

    def text(self, column: str) -> str:
        """Return a cell's text with single spaces, or "" with a fault noted."""
        position = self.header.columns.get(column)
        if position is None or position >= len(self.record.cells):
            return ""
        text = tidy_text(self.record.cells[position])
        if has_unseen(text):
            self.faults.append(
                _(
                    "The %(column)s has a character that can't be seen; type it again.",
                    column=column_words(column),
                )
            )
        elif text and text[0] in FORMULA_MARKS:
            self.faults.append(
                _(
                    'The %(column)s begins with "%(mark)s" like a formula; write plain text.',
                    column=column_words(column),
                    mark=text[0],
                )
            )
        elif len(text) > MAX_CHARACTERS and column != ADDRESS:
            self.faults.append(
                _(
                    "The %(column)s is longer than %(most)s characters.",
                    column=column_words(column),
                    most=MAX_CHARACTERS,
                )
            )
        else:
            return text
        return ""

    def value(self, column: str, read: Callable[[str], str]) -> str | None:
        """Return what `read` makes of a cell; None if it is empty or wrong."""
        text = self.text(column)
        if not text:
            return None
        try:
            return read(text)
        except RowFaultError as error:
            self.faults.append(str(error))
            return None


def read_row(
    record: Record, header: Header, domains: Collection[str]
) -> tuple[RosterRow | None, list[str]]:
    """Return the row and no fault, or None and a sentence for each thing that is wrong."""
    reader = _RowReader(record, header, [])
    if any(cell.strip() for cell in record.cells[header.width :]):
        reader.faults.append(
            _(
                "There are more cells than names of columns; put quotes around text with a"
                " separator."
            )
        )
        return None, reader.faults
    address = reader.value(ADDRESS, lambda text: _read_address(text, domains))
    if address is None and not reader.faults:
        reader.faults.append(_("The address is missing; every row needs one."))
    person = RosterPerson(
        address=address or "",
        name=_read_name(reader),
        time_zone=reader.value(TIME_ZONE, _read_time_zone),
        language=reader.value(LANGUAGE, _read_language),
    )
    place = _read_place(reader, person.address)
    if reader.faults:
        return None, reader.faults
    return RosterRow(record.line, person, place), []


def _read_address(text: str, domains: Collection[str]) -> str:
    try:
        return normalise_address(text, domains)
    except InvalidAddressError as error:
        raise RowFaultError(
            _("This is no mail address: %(reason)s; correct it.", reason=str(error))
        ) from None
    except ForeignDomainError:
        raise RowFaultError(
            _(
                "The address is outside the mail domains that may be invited; correct it, or have"
                " the domain added to CHORUS_MAIL_DOMAINS."
            )
        ) from None


def _read_name(reader: _RowReader) -> str | None:
    parts = (reader.text(FIRST_NAME), reader.text(LAST_NAME))
    return reader.text(NAME) or " ".join(filter(None, parts)) or None


def _read_time_zone(text: str) -> str:
    try:
        return resolve_time_zone(text)
    except UnknownZoneError as error:
        raise RowFaultError(told(error)) from None


def _read_language(text: str) -> str:
    language = read_language(text)
    if language is None:
        raise RowFaultError(_("The language is unknown; write a tag such as en or de."))
    return language


def _read_role(text: str) -> str:
    role = ROLES.get(spelling(text))
    if role is None:
        raise RowFaultError(_("The role is unknown; write mentor or member."))
    return role


def _read_place(reader: _RowReader, address: str) -> RosterPlace | None:
    faults = len(reader.faults)
    program, group = reader.text(PROGRAM), reader.text(GROUP)
    role = reader.value(ROLE, _read_role) or "member"
    if len(reader.faults) > faults:
        return None
    if group and not program:
        reader.faults.append(_("The group has no program; name the program that it belongs to."))
    elif role == "mentor" and not group:
        reader.faults.append(_("A mentor needs a group; name the group that this person mentors."))
    return RosterPlace(address, program, group or None, role) if program else None
