"""Say how a program's wellbeing develops over its released rounds.

Nothing is remembered: the rounds up to now are replayed each time.
Source: MEASUREMENT, section 3.
"""

import math
from collections import deque
from collections.abc import Iterator, Sequence
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


def _outcome(
    episode: _Episode, levels: Sequence[Level], shifts: Sequence[float], sd: float
) -> Outcome:
    latest = zip(levels[-CALM_ROUNDS:], shifts[-CALM_ROUNDS:], strict=True)
    lowest = min(level.mean - shift for level, shift in latest)
    return "recovered" if lowest >= episode.before - RECOVERED_WITHIN * sd else "settled"


def _is_major(change: ChangePoint) -> bool:
    large = change.drop >= MAJOR_DROP * change.sd
    return change.probability >= (DECLINING_FROM if large else MAJOR_FROM)


def _change(levels: Sequence[Level], shifts: Sequence[float], tau: float) -> ChangePoint:
    """Return the verdict on a program, beside what moved the whole organisation.

    It has to have fallen by itself, too: where only the others rose, nothing fell.
    """
    raw = find_drop(levels, tau)
    if raw.probability < CALM_BELOW or not any(shifts):
        return raw
    apart = [
        replace(level, mean=level.mean - shift) for level, shift in zip(levels, shifts, strict=True)
    ]
    own = find_drop(apart, tau)
    return replace(
        own,
        probability=min(own.probability, raw.probability),
        drop=min(own.drop, raw.drop),
    )


def assess(
    points: Sequence[RoundPoint | None],
    *,
    tau: float | Sequence[float] = DEFAULT_TAU,
    shifts: Sequence[float] | None = None,
) -> Assessment:
    """Return how the program stands after the last of these rounds.

    "declining" opens an episode, which two calm released rounds in a row close; inside
    it the state is "recovering" once at least half the drop is regained.

    :param points: the rounds up to now, oldest first; None for a withheld one.
    :param tau: sd, in points, of shocks that hit a whole round; one, or each round's as it
        was known then.
    :param shifts: by how many points the whole organisation stood higher at each round.
    """
    if not points:
        return Assessment("learning")
    return deque(assessments(points, tau=tau, shifts=shifts), maxlen=1).pop()


def assessments(
    points: Sequence[RoundPoint | None],
    *,
    tau: float | Sequence[float] = DEFAULT_TAU,
    shifts: Sequence[float] | None = None,
) -> Iterator[Assessment]:
    """Yield how the program stood after each of these rounds, as `assess` says it."""
    taus = [tau] * len(points) if isinstance(tau, float | int) else tau
    levels: list[Level] = []
    moved: list[float] = []
    places: list[int] = []
    episode: _Episode | None = None
    result = Assessment("learning")
    for place, point in enumerate(points):
        if point is None:  # a withheld round freezes the state
            yield replace(result, probability=None, drop=None)
            continue
        levels.append(_level(point))
        moved.append(0.0 if shifts is None else shifts[place])
        places.append(place)
        if len(levels) < FEWEST_ROUNDS:
            result = replace(result, released=len(levels))
            yield result
            continue
        change = _change(levels, moved, taus[place])
        outcome = result.outcome
        episode = _next_episode(episode, change)
        if episode and episode.calm == CALM_ROUNDS:
            outcome, episode = _outcome(episode, levels, moved, change.sd), None
        since = places[change.start]
        began = points[since]
        result = Assessment(
            state=_state(episode, change, point.mean - moved[-1]),
            probability=change.probability,
            drop=change.drop,
            since=began.day if began else None,
            since_index=since,
            major=_is_major(change),
            released=len(levels),
            chance=math.sqrt(mean_variance(levels[-1], change.sd**2, taus[place])),
            outcome=outcome,
        )
        yield result
