"""Measure goals against stored releases, for every page that shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.forms.service import whole_form_of_program
from app.models.identity.form import Form as FormRow
from app.models.identity.program_goal import ProgramGoal
from app.results.cells import read_cell
from app.results.charts import share_of_scale
from app.results.service import ReleasedRound
from surveys.baselines import SCORE, basis_of
from surveys.change_point import Level
from surveys.disclosure import band_middle
from surveys.form_wire import form_from_wire
from surveys.goal_words import (
    VERDICT_WORDS,
    chance_warning,
    distance_sentence,
    start_sentence,
    wish_words,
)
from surveys.goals import Goal, GoalPoint, progress
from surveys.instruments import catalogue
from surveys.items import Form, Text
from surveys.sentences import Written, said

SCORE_NAME = said("The wellbeing score")
_HIGHEST = 100
_STYLES = {
    "silent": "withheld",
    "reached": "recovering",
    "on the way": "recovering",
    "unclear": "learning",
    "not moving": "steady",
    "further away": "watch",
}


@dataclass(frozen=True)
class GoalView:
    """A goal as pages show it, all in words; `style` draws the shape of its verdict.

    :ivar warning: how much of it can be seen at all, for the page on which it is set.
    """

    id: str
    name: str
    wish: str
    verdict: str
    style: str
    start: str
    distance: str
    warning: str


def goal_views(
    session: Session, goals: Sequence[ProgramGoal], rounds: Sequence[ReleasedRound]
) -> tuple[GoalView, ...]:
    """Return how goals of one program stand after its released rounds, oldest first."""
    if not goals:
        return ()
    forms = _forms(session, rounds)
    return tuple(_view(goal, rounds, forms) for goal in goals)


def goals_of(
    session: Session, program_id: str, rounds: Sequence[ReleasedRound]
) -> tuple[GoalView, ...]:
    """Return how a program's goals of today stand after its released rounds, oldest first."""
    return goal_views(session, open_goals(session, program_id), rounds)


def open_goals(session: Session, program_id: str) -> Sequence[ProgramGoal]:
    """Return a program's goals of today, the oldest first."""
    return session.scalars(
        select(ProgramGoal)
        .where(ProgramGoal.program_id == program_id, ProgramGoal.ended_on.is_(None))
        .order_by(ProgramGoal.since, ProgramGoal.target)
    ).all()


def past_goals(session: Session, program_id: str) -> Sequence[ProgramGoal]:
    """Return what a program has wanted before, the latest first."""
    return session.scalars(
        select(ProgramGoal)
        .where(ProgramGoal.program_id == program_id, ProgramGoal.ended_on.is_not(None))
        .order_by(ProgramGoal.ended_on.desc(), ProgramGoal.target, ProgramGoal.set_on.desc())
    ).all()


def called(goal: ProgramGoal) -> str:
    """Return what a goal is about, in each language of a question that is ours.

    Questions of an organisation's own, and words of ours that have changed since, stand as they
    were when the goal was set.
    """
    if goal.target == SCORE:
        return SCORE_NAME
    text = _shipped_questions().get(goal.target, {})
    return Written(text) if goal.name in text.values() else goal.name


def asked_form(session: Session, program_id: str) -> Form:
    """Return all that a program's coming rounds ask, a bank as a whole."""
    return form_from_wire(whole_form_of_program(session, program_id).body)


@cache
def _shipped_questions() -> Mapping[str, Text]:
    return {item.id: item.text for entry in catalogue() for item in entry.items}


def _forms(session: Session, rounds: Sequence[ReleasedRound]) -> dict[str, Form]:
    wanted = {entry.form_id for entry in rounds}
    rows = session.scalars(select(FormRow).where(FormRow.id.in_(wanted)))
    return {row.id: form_from_wire(row.body) for row in rows}


def _view(
    goal: ProgramGoal, rounds: Sequence[ReleasedRound], forms: Mapping[str, Form]
) -> GoalView:
    wanted = Goal(goal.target, goal.change, goal.since, goal.due_on)
    points = [_point(entry, forms[entry.form_id], goal.target) for entry in rounds]
    stands = progress(wanted, points)
    return GoalView(
        id=goal.id,
        name=_name(goal, forms),
        wish=wish_words(wanted),
        verdict=VERDICT_WORDS[stands.verdict],
        style=_STYLES[stands.verdict],
        start=start_sentence(wanted, stands),
        distance=distance_sentence(wanted, stands),
        warning=chance_warning(wanted, stands),
    )


def _name(goal: ProgramGoal, forms: Mapping[str, Form]) -> str:
    """Return what a goal is about, in each language that its question is still asked in."""
    found = (item for form in forms.values() for item in form.items if item.id == goal.target)
    texts = (Written(item.text) for item in found if goal.name in item.text.values())
    return next(texts, called(goal))


def _point(entry: ReleasedRound, form: Form, target: str) -> GoalPoint | None:
    """Return what a round says of a target; None if it doesn't ask it, or withholds it."""
    basis, cell = basis_of(form, target), read_cell(entry.cell())
    if basis is None:
        return None
    if target == SCORE:
        if cell.score is None:
            return None
        mean, sd, n_from = cell.score.mean, cell.score.sd, cell.score.n_from
        return GoalPoint(
            entry.closed_on,
            basis,
            Level(mean.mean, sd, band_middle(n_from, entry.k), mean.step),
            mean.open,
        )
    if target not in cell.items:
        return None
    item, mean = form.by_id[target], cell.items[target]
    low, high = item.points[0], item.points[-1]
    return GoalPoint(
        entry.closed_on,
        basis,
        Level(
            mean=_HIGHEST * share_of_scale(mean, low, high),
            sd=None,
            n=band_middle(cell.answered[target], entry.k),
            step=_HIGHEST * mean.step / (high - low),
        ),
        mean.open,
    )
