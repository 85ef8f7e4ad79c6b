"""What the forms about programs take: shapes only; what a value means is the service's to judge."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.programs.errors import (
    NameShapeError,
    NameTakenError,
    OpenDaysError,
    ProgramError,
    ScheduleShapeError,
)
from app.rounds.errors import RoundError
from surveys.errors import SurveyError, ThresholdError, UnknownZoneError

_MOST_DIGITS = 4
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
class Terms:
    """The terms of coming rounds as typed."""

    k: int
    open_days: int


@dataclass(frozen=True)
class Cadence:
    """A schedule as typed; `every_weeks` is 0 for "off"."""

    every_weeks: int
    weekday: int
    local_time: str


def read_new_program(form: Mapping[str, str]) -> NewProgram:
    """Return the typed program.

    :raises ShapeError: for a number that is none.
    """
    return NewProgram(
        name=form.get("name", ""),
        time_zone=form.get("time_zone", ""),
        k=_whole(form, "k"),
        open_days=_whole(form, "open_days"),
    )


def read_terms(form: Mapping[str, str]) -> Terms:
    """Return the typed terms.

    :raises ShapeError: for a number that is none.
    """
    return Terms(k=_whole(form, "k"), open_days=_whole(form, "open_days"))


def read_cadence(form: Mapping[str, str]) -> Cadence:
    """Return the typed schedule.

    :raises ShapeError: for a number that is none.
    """
    return Cadence(
        every_weeks=_whole(form, "every_weeks"),
        weekday=_whole(form, "weekday"),
        local_time=form.get("local_time", "").strip(),
    )


def fault_of(error: Exception, otherwise: str) -> Fault:
    """Return which field a refusal is about; `otherwise` where it is about none of them."""
    return Fault(_FIELDS.get(type(error), otherwise), str(error))


def _whole(form: Mapping[str, str], name: str) -> int:
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise ShapeError(Fault(name, "Write a whole number here."))
    return int(text)
