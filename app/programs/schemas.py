"""What the forms about programs take: shapes only; what a value means is the service's to judge."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.languages import told
from app.programs.errors import (
    NameShapeError,
    NameTakenError,
    OpenDaysError,
    ProgramError,
    ScheduleShapeError,
)
from app.rounds.errors import RoundError
from surveys.errors import SurveyError, ThresholdError, UnknownZoneError
from surveys.lifecycle import MOST_CLOSES

_MOST_DIGITS = 4
# Days between two closing times of one round; six are the least.
AGAIN_AFTER = (7, 14)
RHYTHMS = (
    (0, _l("Off")),
    (2, _l("Every two weeks")),
    (4, _l("Every four weeks")),
)
MOST_PRINTED = 500  # a sheet that somebody still cuts by hand
_FIELDS: dict[type[Exception], str] = {
    NameShapeError: "name",
    NameTakenError: "name",
    UnknownZoneError: "time_zone",
    ThresholdError: "k",
    OpenDaysError: "open_days",
    ScheduleShapeError: "local_time",
}
# What a service refuses about a form; anything else is a fault of the program.
REFUSALS = (ProgramError, RoundError, SurveyError)


@dataclass(frozen=True)
class Fault:
    """What is wrong in a form: the field's id, and the sentence that says how to mend it."""

    field: str
    sentence: str


class ShapeError(Exception):
    """A field of the form holds something else than it asks for."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(type(self).__doc__)
        self.fault = fault


@dataclass(frozen=True)
class NewProgram:
    """A program as typed."""

    name: str
    time_zone: str
    k: int
    open_days: int


@dataclass(frozen=True)
class Cadence:
    """A schedule as typed; `every_weeks` is 0 for "off"."""

    every_weeks: int
    weekday: int
    local_time: str


@dataclass(frozen=True)
class Wish:
    """A round as an admin asks for it.

    :ivar group: id of the one group that is asked; empty for the whole program.
    :ivar closes: how many closing times, 1 to 3.
    :ivar again: days from one closing time to the next.
    :ivar printed: how many people without mail get a printed code.
    """

    group: str
    closes: int
    again: int
    printed: int = 0

    @property
    def again_after(self) -> list[int]:
        """Return the days between closing times, one entry for each after the first."""
        return [self.again] * (self.closes - 1)


def read_wish(form: Mapping[str, str]) -> Wish:
    """Return the round that is asked for; without a word more, one of the whole program.

    :raises ShapeError: for a number that is none, or out of range.
    """
    typed = {"closes": "1", "again": str(AGAIN_AFTER[0]), "printed": "0", **form}
    wish = Wish(
        form.get("group", ""),
        whole_number(typed, "closes"),
        whole_number(typed, "again"),
        whole_number(typed, "printed"),
    )
    if not 1 <= wish.closes <= MOST_CLOSES:
        raise ShapeError(Fault("closes", _("Choose one, two or three closing times.")))
    if wish.again not in AGAIN_AFTER:
        raise ShapeError(Fault("again", _("Choose one of these.")))
    if wish.printed > MOST_PRINTED:
        raise ShapeError(
            Fault("printed", _("Print at most %(most)s codes for a round.", most=MOST_PRINTED))
        )
    if wish.printed and wish.group:
        raise ShapeError(Fault("printed", _("Printed codes are for rounds of the whole program.")))
    return wish


def read_new_program(form: Mapping[str, str]) -> NewProgram:
    """Return the typed program.

    :raises ShapeError: for a number that is none.
    """
    return NewProgram(
        name=form.get("name", ""),
        time_zone=form.get("time_zone", ""),
        k=whole_number(form, "k"),
        open_days=whole_number(form, "open_days"),
    )


def read_cadence(form: Mapping[str, str]) -> Cadence:
    """Return the typed schedule.

    :raises ShapeError: for a number that is none.
    """
    return Cadence(
        every_weeks=whole_number(form, "every_weeks"),
        weekday=whole_number(form, "weekday"),
        local_time=form.get("local_time", "").strip(),
    )


def fault_of(error: Exception, otherwise: str) -> Fault:
    """Return which field a refusal is about; `otherwise` where it is about none of them."""
    return Fault(_FIELDS.get(type(error), otherwise), told(error))


def whole_number(form: Mapping[str, str], name: str) -> int:
    """Return the number in a field.

    :raises ShapeError: if there is none.
    """
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise ShapeError(Fault(name, _("Write a whole number here.")))
    return int(text)
