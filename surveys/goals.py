"""Say how far a program has come towards a goal, and how sure that is.

A goal is about the wellbeing score or one question of a program's check-in, both on a scale of 0
to 100. Everything is worked out from stored means: a withheld round or question changes nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from surveys.baselines import SCORE, Basis, asked_alike
from surveys.change_point import FEWEST_BEFORE, Level, mean_variance, pooled_variance
from surveys.comparison import CLEAR_FROM
from surveys.disclosure import Openness
from surveys.items import Form
from surveys.scoring import scored_items
from surveys.trends import DEFAULT_TAU

ITEM_SD = 25.0  # points between people at one question: one step of five (decision 065)
MOST_POINTS = 100

Verdict = Literal["silent", "reached", "on the way", "unclear", "not moving", "further away"]


@dataclass(frozen=True)
class Goal:
    """What a program wants to move.

    :ivar target: SCORE, or the id of a question.
    :ivar change: points out of 100, below 0 for a fall.
    :ivar since: the day on which it was set; `due_on` the last day that counts.
    """

    target: str
    change: int
    since: date
    due_on: date


@dataclass(frozen=True)
class GoalPoint:
    """A round that shows a goal's target.

    :ivar basis: the questions that its figure is made of.
    :ivar level: on the scale of 0 to 100, n being the middle of a band.
    :ivar open: which end the mean is only a bound at.
    """

    day: date
    basis: Basis
    level: Level
    open: Openness | None = None


@dataclass(frozen=True)
class Progress:
    """How a goal stands; figures are points out of 100.

    :ivar baseline: days of the rounds that it is measured against, oldest first.
    :ivar start: their mean; like `moved` and `to_go` it is on the grid of the coarsest step.
    :ivar latest: the last round that counts, None while there is none after the baseline.
    :ivar moved: from the baseline to the latest round; `to_go` is 0 once the goal is reached.
    :ivar chance: how far the difference of two such figures moves by chance (2 sd), at least a
        step; before there is a latest round, as if it were of the size of the baseline's last.
    :ivar anew: whether other questions are asked since the goal was set.
    :ivar at_end: whether it began at the end of the scale that it wants to move towards.
    """

    verdict: Verdict
    baseline: tuple[date, ...] = ()
    start: float | None = None
    latest: date | None = None
    moved: float | None = None
    to_go: float | None = None
    chance: int | None = None
    anew: bool = False
    at_end: bool = False


def targets_of(form: Form) -> tuple[str, ...]:
    """Return what a goal can be about where this form is asked."""
    score = () if scored_items(form) is None else (SCORE,)
    return score + tuple(item.id for item in form.items if item.type == "scale")


def progress(
    goal: Goal, points: Sequence[GoalPoint | None], *, tau: float = DEFAULT_TAU
) -> Progress:
    """Return how a goal stands after these rounds.

    :param points: the program's rounds, oldest first; None where the target is not shown.
    :param tau: sd, in points, of shocks that hit a whole round.
    """
    shown = [point for point in points if point is not None and point.day <= goal.due_on]
    same = asked_alike(shown, lambda point: point.basis)
    if not same:
        return Progress("silent")
    anew = len(same) < len(shown) and same[0].day > goal.since
    baseline = [point for point in same if point.day <= goal.since][-FEWEST_BEFORE:] or same[:1]
    latest = same[-1]
    at_end = any(point.open == _wanted_end(goal) for point in baseline)
    days = tuple(point.day for point in baseline)
    grid = max(point.level.step for point in (*baseline, latest))
    variance = _between_people(goal.target, same)
    weights = [1 / mean_variance(point.level, variance, tau) for point in baseline]
    start = sum(w * point.level.mean for w, point in zip(weights, baseline, strict=True))
    start /= sum(weights)
    noise = 1 / sum(weights) + mean_variance(latest.level, variance, tau)
    chance = math.ceil(max(grid, CLEAR_FROM * math.sqrt(noise)))
    if latest is baseline[-1]:
        first = _on_grid(start, grid)
        return Progress("silent", days, first, chance=chance, anew=anew, at_end=at_end)
    moved = _on_grid(latest.level.mean - start, grid)
    towards = moved if goal.change > 0 else -moved
    return Progress(
        verdict=_verdict(towards, abs(goal.change), chance, at_end=at_end),
        baseline=days,
        start=_on_grid(start, grid),
        latest=latest.day,
        moved=moved,
        to_go=max(0.0, _on_grid(abs(goal.change) - towards, grid)),
        chance=chance,
        anew=anew,
        at_end=at_end,
    )


def _wanted_end(goal: Goal) -> Openness:
    return "or more" if goal.change > 0 else "or less"


def _between_people(target: str, points: Sequence[GoalPoint]) -> float:
    """Return the variance between people; no question's is ever released (D5)."""
    if target == SCORE:
        return pooled_variance([point.level for point in points])
    return ITEM_SD**2


def _on_grid(value: float, grid: float) -> float:
    """Return a figure no finer than the step of the means that it is made of (D5)."""
    return math.floor(value / grid + 0.5) * grid if grid else value


def _verdict(towards: float, wanted: int, chance: int, *, at_end: bool) -> Verdict:
    if towards <= -chance:
        return "further away"
    if towards >= chance:
        return "reached" if towards >= wanted else "on the way"
    return "unclear" if at_end or towards + chance >= wanted else "not moving"
