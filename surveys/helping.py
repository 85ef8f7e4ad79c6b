"""Say what has changed since an action, from released rounds alone: did it help?

Nothing here proves a cause. Source: MEASUREMENT, section 3, an alert's life.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from surveys.change_point import Level
from surveys.comparison import Comparison, Direction, compare
from surveys.sentences import Day, Sentence, said, together
from surveys.wording import drop_points, points_words

ASKED_AFTER = timedelta(weeks=2)
# Later rounds say more about what happened since than about the action.
LOOKED_AT_FOR = timedelta(weeks=12)


@dataclass(frozen=True)
class ShownRound:
    """A released round of a program and its score; withheld ones are none."""

    opened_on: date
    closed_on: date
    level: Level


@dataclass(frozen=True)
class Change:
    """How the latest round after an action stands to the last one before it."""

    before: date
    after: date
    comparison: Comparison
    points: int


def asked_from(done_on: date) -> date:
    """Return the day from which it is asked whether an action helped."""
    return done_on + ASKED_AFTER


def change_since(rounds: Sequence[ShownRound], done_on: date) -> Change | None:
    """Return the change since an action; None while a round before or after it is missing.

    A round that was open on that day is neither: people answered on both sides of it.

    :param rounds: oldest first.
    """
    before = [entry for entry in rounds if entry.closed_on < done_on]
    after = [
        entry
        for entry in rounds
        if entry.opened_on >= done_on and entry.closed_on <= done_on + LOOKED_AT_FOR
    ]
    if not before or not after:
        return None
    earlier, later = before[-1].level, after[-1].level
    return Change(
        before=before[-1].closed_on,
        after=after[-1].closed_on,
        comparison=compare(earlier, later),
        points=drop_points(abs(later.mean - earlier.mean), max(earlier.step, later.step)),
    )


def help_sentence(change: Change | None, done_on: date, today: date) -> str:
    """Return what can be said of an action that was done, no finer than the step (D5)."""
    if today < asked_from(done_on):
        day = Day(asked_from(done_on))
        return said("Too early to say. From %(day)s on you can read it here.", day=day)
    if change is None:
        return said("Too early to say: no round that can be shown has opened and closed since.")
    days = {"after": Day(change.after), "before": Day(change.before)}
    if change.comparison.direction == "the same":
        return said(
            "In the round of %(after)s wellbeing is about the same as in the round of %(before)s, "
            "the last one before.",
            **days,
        )
    if not change.comparison.clear:
        return _hardly(change.comparison.direction, days)
    return together(
        _clearly(change.comparison.direction, days, points_words(change.points)),
        said("Whether that is because of the action, no figure can tell."),
    )


def _hardly(direction: Direction, days: Mapping[str, Day]) -> Sentence:
    if direction == "higher":
        return said(
            "In the round of %(after)s wellbeing is higher than in the round of %(before)s, the "
            "last one before, by no more than chance does in a group of this size.",
            **days,
        )
    return said(
        "In the round of %(after)s wellbeing is lower than in the round of %(before)s, the last "
        "one before, by no more than chance does in a group of this size.",
        **days,
    )


def _clearly(direction: Direction, days: Mapping[str, Day], points: str) -> Sentence:
    if direction == "higher":
        return said(
            "In the round of %(after)s wellbeing is clearly higher than in the round of "
            "%(before)s, the last one before, by about %(points)s out of 100.",
            points=points,
            **days,
        )
    return said(
        "In the round of %(after)s wellbeing is clearly lower than in the round of %(before)s, "
        "the last one before, by about %(points)s out of 100.",
        points=points,
        **days,
    )
