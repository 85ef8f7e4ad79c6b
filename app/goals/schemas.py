"""What the forms about goals take: shapes only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.goals.errors import (
    DueDayError,
    GoalError,
    GoalTakenError,
    PointsError,
    TargetError,
    TooManyGoalsError,
)
from app.languages import told

UP, DOWN = "up", "down"
_MOST_DIGITS = 3
_FIELDS: dict[type[GoalError], str] = {
    TargetError: "target",
    GoalTakenError: "target",
    TooManyGoalsError: "target",
    PointsError: "points",
    DueDayError: "due_on",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a form: the field's id, and the sentence that says how to mend it."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Wanted:
    """A goal as typed; `change` is below 0 for a fall."""

    target: str
    change: int
    due_on: date


def read_goal(form: Mapping[str, str]) -> Wanted:
    """Return the goal that a form or an address asks for.

    :raises PointsError, DueDayError: for a number or a day that is none.
    """
    points = form.get("points", "").strip()
    if not (points.isascii() and points.isdigit() and len(points) <= _MOST_DIGITS):
        raise PointsError
    try:
        due_on = date.fromisoformat(form.get("due_on", "").strip())
    except ValueError:
        raise DueDayError from None
    sign = -1 if form.get("direction") == DOWN else 1
    return Wanted(form.get("target", ""), sign * int(points), due_on)


def fault_of(error: GoalError) -> Fault:
    """Return which field a refusal is about; what is about none stands at the first."""
    return Fault(_FIELDS.get(type(error), "target"), told(error))
