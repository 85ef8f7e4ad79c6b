"""Work out how programs stand from their released rounds; pages read what was kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from app.alerts.service import points_by_stretch
from app.goals.progress import GoalView, goals_of
from app.results.cells import read_cell
from app.results.charts import MOST_ROUNDS
from app.results.organisation import TogetherLine, together_line
from app.results.service import (
    ReleasedRound,
    ReleasedScore,
    latest_alike,
    released_rounds,
    released_scores,
)
from app.results.signs import signs_of
from surveys.disclosure import ShownMean
from surveys.fleet import assess_fleet
from surveys.monitoring import can_be_monitored
from surveys.signals import Sign
from surveys.trends import Assessment, RoundPoint
from surveys.wording import drop_points, grid_points

UNMONITORED = "can't be monitored"
UNSCORED = "no score"


@dataclass(frozen=True)
class ProgramLine:
    """What follows from a program's released rounds, as the overview shows it.

    :ivar word: its state, or that it has none.
    :ivar rounds: whether any round has been released.
    :ivar spark: the score of its latest rounds that asked alike, oldest first, None if withheld.
    :ivar band: the level before and what chance makes of it, in points no finer than the step.
    :ivar goals: how each goal of the program stands, in words, by its id.
    """

    word: str = "learning"
    rounds: bool = False
    spark: tuple[ShownMean | None, ...] = ()
    band: tuple[int, int] | None = None
    signs: tuple[Sign, ...] = ()
    goals: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """Return it as its row keeps it beside the word."""
        means = [None if mean is None else (mean.mean, mean.step, mean.open) for mean in self.spark]
        return {
            "rounds": self.rounds,
            "spark": means,
            "band": self.band,
            "signs": self.signs,
            "goals": dict(self.goals),
        }


NO_LINE = ProgramLine()


def line_from(word: str, stored: Mapping[str, Any]) -> ProgramLine:
    """Return the line that a row keeps."""
    return ProgramLine(
        word=word,
        rounds=stored["rounds"],
        spark=tuple(None if mean is None else ShownMean(*mean) for mean in stored["spark"]),
        band=None if stored["band"] is None else (stored["band"][0], stored["band"][1]),
        signs=tuple(stored["signs"]),
        goals={goal: (said[0], said[1]) for goal, said in stored["goals"].items()},
    )


@dataclass(frozen=True)
class Standings:
    """How all programs stand, by their ids, and how they have moved together."""

    lines: Mapping[str, ProgramLine]
    together: TogetherLine | None


def work_out(session: Session, known: Mapping[str, ProgramLine] | None = None) -> Standings:
    """Return how every program stands that has released a round, beside all others.

    :param known: lines of programs that have released nothing since; of these only the word is
        worked out anew, since that alone depends on other programs.
    """
    scores = released_scores(session)
    fleet = points_by_stretch(scores)
    assessed = assess_fleet(fleet)
    known = known or {}
    lines = {}
    for name, entries in scores.items():
        word = _word(fleet[name], assessed[name], entries)
        if name in known:
            lines[name] = replace(known[name], word=word)
        else:
            rounds = released_rounds(session, name)
            lines[name] = _line(session, name, rounds, assessed[name], word)
    return Standings(lines, together_line(fleet))


def goals_said(goals: Sequence[GoalView]) -> dict[str, tuple[str, str]]:
    """Return how each goal stands: the verdict and the style of its shape, by its id."""
    return {goal.id: (goal.verdict, goal.style) for goal in goals}


def _line(
    session: Session,
    program_id: str,
    rounds: Sequence[ReleasedRound],
    assessment: Assessment,
    word: str,
) -> ProgramLine:
    alike = latest_alike(rounds)
    scores = [read_cell(entry.cell()).score for entry in alike]
    means = [None if score is None else score.mean for score in scores]
    return ProgramLine(
        word=word,
        rounds=bool(rounds),
        spark=tuple(means[-MOST_ROUNDS:]),
        band=_band(alike, means, assessment),
        signs=signs_of(rounds),
        goals=goals_said(goals_of(session, program_id, rounds)),
    )


def _band(
    rounds: Sequence[ReleasedRound], means: Sequence[ShownMean | None], assessment: Assessment
) -> tuple[int, int] | None:
    """Return the level before a fall, or of all rounds but the last, and what chance makes of it.

    Both are no finer than the coarsest step of the means they are made of (D5).
    """
    if assessment.chance is None:
        return None
    since = assessment.since if assessment.state in ("watch", "declining", "recovering") else None
    before = [
        mean
        for entry, mean in zip(rounds[:-1], means[:-1], strict=True)
        if mean is not None and (since is None or entry.closed_on < since)
    ][-MOST_ROUNDS:]
    if not before:
        return None
    step = max(mean.step for mean in before)
    level = sum(mean.mean for mean in before) / len(before)
    return grid_points(level, step), drop_points(assessment.chance, step)


def _word(
    points: Sequence[RoundPoint | None],
    assessment: Assessment,
    rounds: Sequence[ReleasedRound | ReleasedScore],
) -> str:
    if rounds and rounds[-1].basis is None:  # before the first round any may be asked
        return UNSCORED
    return assessment.state if can_be_monitored(points, assessment) else UNMONITORED
