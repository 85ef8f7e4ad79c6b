"""Say how a program's wellbeing develops over its released rounds.

Nothing is remembered: the rounds up to now are replayed each time.
Source: MEASUREMENT, section 3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from surveys.change_point import ChangePoint, Level, find_drop, mean_variance

State = Literal["learning", "steady", "watch", "declining", "recovering"]
Outcome = Literal["recovered", "settled"]

FEWEST_ROUNDS = 5  # released ones; below, the program is still being learned
DEFAULT_TAU = 3.0  # points
WATCH_FROM = 0.10
DECLINING_FROM = 0.50
MAJOR_FROM = 0.80
MAJOR_DROP = 0.8  # sd
CALM_BELOW = 0.05
CALM_ROUNDS = 2  # released rounds in a row that close an episode
RECOVERED_WITHIN = 0.15  # sd of the mean before


@dataclass(frozen=True)
class RoundPoint:
    """One released round, on a scale of 0 to 100.

    :ivar n: scored ballots, at least 1; a band's lower end will do.
    :ivar sd: None where none is released.
    :ivar step: points to which the mean was rounded; 0 for an exact mean.
    """

    day: date
    n: int
    invited: int
    mean: float
    sd: float | None = None
    step: float = 0.0


@dataclass(frozen=True)
class Assessment:
    """How a program stands after its latest round.

    After a withheld round nothing is assessed: probability and drop are None, and the
    rest is what the last released round left.

    :ivar probability: that the mean has dropped by at least .3 sd.
    :ivar drop: the expected drop in points.
    :ivar since: day of the round at which a drop most likely began; None while learning.
    :ivar since_index: that round's index among the rounds given, withheld ones counted.
    :ivar major: a decline of which people are told at once.
    :ivar released: number of released rounds this rests on.
    :ivar chance: points by which the latest mean varies (sd) if nothing changes.
    :ivar outcome: how the last closed episode of decline ended.
    """

    state: State
    probability: float | None = None
    drop: float | None = None
    since: date | None = None
    since_index: int | None = None
    major: bool = False
    released: int = 0
    chance: float | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class _Episode:
    """An open decline: the means before and after its start, and the calm rounds since."""

    before: float
    after: float
    calm: int = 0


def _level(point: RoundPoint) -> Level:
    return Level(point.mean, point.sd, point.n, point.step)


def _next_episode(episode: _Episode | None, change: ChangePoint) -> _Episode | None:
    if episode is None:
        declining = change.probability >= DECLINING_FROM
        return _Episode(change.before, change.after) if declining else None
    calm = episode.calm + 1 if change.probability < CALM_BELOW else 0
    return replace(episode, calm=calm)


def _state(episode: _Episode | None, change: ChangePoint, mean: float) -> State:
    if episode is None:
        return "watch" if change.probability >= WATCH_FROM else "steady"
    # The probability also fades when a group stays low for long: that is no recovery.
    regained = mean >= (episode.before + episode.after) / 2
    return "recovering" if change.probability < DECLINING_FROM and regained else "declining"


def _outcome(episode: _Episode, levels: Sequence[Level], sd: float) -> Outcome:
    lowest = min(level.mean for level in levels[-CALM_ROUNDS:])
    return "recovered" if lowest >= episode.before - RECOVERED_WITHIN * sd else "settled"


def _is_major(change: ChangePoint) -> bool:
    large = change.drop >= MAJOR_DROP * change.sd
    return change.probability >= (DECLINING_FROM if large else MAJOR_FROM)


def assess(points: Sequence[RoundPoint | None], *, tau: float = DEFAULT_TAU) -> Assessment:
    """Return how the program stands after the last of these rounds.

    "declining" opens an episode, which two calm released rounds in a row close; inside
    it the state is "recovering" once at least half the drop is regained.

    :param points: the rounds up to now, oldest first; None for a withheld one.
    :param tau: sd, in points, of shocks that hit a whole round.
    """
    levels: list[Level] = []
    places: list[int] = []
    episode: _Episode | None = None
    result = Assessment("learning")
    for place, point in enumerate(points):
        if point is None:
            continue  # a withheld round freezes the state
        levels.append(_level(point))
        places.append(place)
        if len(levels) < FEWEST_ROUNDS:
            result = replace(result, released=len(levels))
            continue
        change = find_drop(levels, tau)
        outcome = result.outcome
        episode = _next_episode(episode, change)
        if episode and episode.calm == CALM_ROUNDS:
            outcome, episode = _outcome(episode, levels, change.sd), None
        since = places[change.start]
        began = points[since]
        result = Assessment(
            state=_state(episode, change, point.mean),
            probability=change.probability,
            drop=change.drop,
            since=began.day if began else None,
            since_index=since,
            major=_is_major(change),
            released=len(levels),
            chance=math.sqrt(mean_variance(levels[-1], change.sd**2, tau)),
            outcome=outcome,
        )
    if points and points[-1] is None:
        return replace(result, probability=None, drop=None)
    return result
