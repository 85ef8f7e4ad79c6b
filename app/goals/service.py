"""Set, change and end goals, each act one transaction with its line in the audit log."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.goals.errors import (
    DueDayError,
    GoalTakenError,
    NoSuchGoalError,
    PointsError,
    TargetError,
    TooManyGoalsError,
)
from app.goals.progress import SCORE_NAME, asked_form, open_goals
from app.goals.schemas import Wanted
from app.models.identity.program import Program
from app.models.identity.program_goal import ProgramGoal
from surveys.baselines import SCORE
from surveys.goals import MOST_POINTS, targets_of
from surveys.items import Form
from surveys.sentences import Written

MOST_GOALS = 3  # who wants to move everything moves nothing
SOONEST, LATEST = timedelta(weeks=2), timedelta(weeks=156)


@dataclass(frozen=True)
class Target:
    """Something that a goal can be about."""

    id: str
    name: str


def goal_targets(session: Session, program: Program) -> tuple[Target, ...]:
    """Return what goals of this program can be about, as its check-in asks now."""
    form = asked_form(session, program.id)
    return tuple(Target(target, _name_of(form, target)) for target in targets_of(form))


def draft_goal(session: Session, program: Program, wanted: Wanted, today: date) -> ProgramGoal:
    """Return a new goal that may be set, and is not yet.

    :raises GoalError: each says what is wrong with it.
    """
    found = next((t for t in goal_targets(session, program) if t.id == wanted.target), None)
    if found is None:
        raise TargetError
    _check_numbers(wanted, today)
    others = open_goals(session, program.id)
    if any(goal.target == wanted.target for goal in others):
        raise GoalTakenError
    if len(others) >= MOST_GOALS:
        raise TooManyGoalsError
    return ProgramGoal(
        program_id=program.id,
        target=found.id,
        name=str(found.name),
        change=wanted.change,
        due_on=wanted.due_on,
        since=today,
        set_on=today,
    )


def set_goal(
    session: Session, program: Program, wanted: Wanted, now: datetime, actor: str
) -> ProgramGoal:
    """Return a new goal of a program.

    :raises GoalError: each says what is wrong with it.
    """
    goal = draft_goal(session, program, wanted, now.date())
    session.add(goal)
    session.flush()
    record(session, now, actor, f"set a goal: {_act(goal)}", f"program {program.id}")
    return goal


def find_goal(session: Session, program: Program, goal_id: str) -> ProgramGoal:
    """Return a program's open goal.

    :raises NoSuchGoalError: if it has none of this id, or that is over.
    """
    goal = session.get(ProgramGoal, goal_id)
    if goal is None or goal.program_id != program.id or goal.ended_on is not None:
        raise NoSuchGoalError
    return goal


def change_goal(
    session: Session, program: Program, goal_id: str, wanted: Wanted, now: datetime, actor: str
) -> ProgramGoal:
    """Return the goal's next version, measured against the same baseline; the old one stays.

    :raises GoalError: each says what is wrong with it.
    """
    old = find_goal(session, program, goal_id)
    if (old.change, old.due_on) == (wanted.change, wanted.due_on):
        return old
    _check_numbers(wanted, now.date())
    old.ended_on, old.ending = now.date(), "changed"
    session.flush()
    fresh = ProgramGoal(
        program_id=program.id,
        target=old.target,
        name=old.name,
        change=wanted.change,
        due_on=wanted.due_on,
        since=old.since,
        set_on=now.date(),
    )
    session.add(fresh)
    session.flush()
    record(session, now, actor, f"changed a goal: {_act(fresh)}", f"program {program.id}")
    return fresh


def end_goal(session: Session, program: Program, goal_id: str, now: datetime, actor: str) -> None:
    """End a goal; it stays in the history.

    :raises NoSuchGoalError: if it is over already.
    """
    goal = find_goal(session, program, goal_id)
    goal.ended_on, goal.ending = now.date(), "ended"
    record(session, now, actor, f"ended a goal: {_act(goal)}", f"program {program.id}")


def _check_numbers(wanted: Wanted, today: date) -> None:
    if not 1 <= abs(wanted.change) <= MOST_POINTS:
        raise PointsError
    if not today + SOONEST <= wanted.due_on <= today + LATEST:
        raise DueDayError


def _name_of(form: Form, target: str) -> str:
    return SCORE_NAME if target == SCORE else Written(form.by_id[target].text)


def _act(goal: ProgramGoal) -> str:
    return f"{goal.target} {goal.change:+d}"  # the days stand in the history
