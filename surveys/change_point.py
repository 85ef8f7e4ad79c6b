"""Weigh whether and when the mean of a series of rounds has dropped.

A Bayesian comparison of "no change" with a change at each of the latest rounds.
Source: MEASUREMENT, section 3, steps 2 to 4; the reference values are in the tests.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

PRIOR_SD = 19.2  # points: the spread between people, before a program has shown its own
PRIOR_WEIGHT = 40  # people that the prior counts for
WITHIN = 0.75  # the part of that variance which a round's mean can't average away by itself
STARTS = 8  # a change is looked for at the latest 8 rounds
FEWEST_BEFORE = 4
MOST_BEFORE = 13  # older rounds say little about the level before
REACH = STARTS + MOST_BEFORE
START_PRIOR = 1 / 40  # the chance of a change at one given round
TYPICAL_DROP = 0.5  # sd: how large a drop, if there is one, is expected to be
MATTERING_DROP = 0.3  # sd: from here on a drop counts as a decline


@dataclass(frozen=True)
class Level:
    """What one released round says: mean and sd in points, sd None if not released.

    :ivar step: the step, in points, to which the mean was rounded; 0 if it was not.
    """

    mean: float
    sd: float | None
    n: int
    step: float


@dataclass(frozen=True)
class ChangePoint:
    """The verdict on a series.

    :ivar probability: that there was a drop of at least .3 sd.
    :ivar drop: its expected size in points, "no change" counted as 0.
    :ivar start: index, into the series, of the likeliest first round of the drop.
    :ivar before: mean before that round; `after` the mean from it on.
    :ivar sd: the spread between people, in points.
    """

    probability: float
    drop: float
    start: int
    before: float
    after: float
    sd: float


def pooled_variance(levels: Sequence[Level]) -> float:
    """Return the variance between people, the prior's and the released rounds' pooled."""
    total, weight = PRIOR_WEIGHT * PRIOR_SD**2, float(PRIOR_WEIGHT)
    for level in levels:
        if level.sd is not None:
            total += (level.n - 1) * level.sd**2
            weight += level.n - 1
    return total / weight


def mean_variance(level: Level, variance: float, tau: float) -> float:
    """Return the variance of a round's mean when nothing changes.

    :param variance: between people. :param tau: sd of the shocks that hit a whole round.
    """
    return tau * tau + WITHIN * variance / level.n + level.step * level.step / 12


class Split(NamedTuple):  # eight are made at each round: a dataclass takes twice the time
    """A series parted at one round: the means before it and from it on.

    :ivar fall: points by which the second is taken to be lower; `noise` the variance of that.
    """

    start: int
    before: float
    after: float
    fall: float
    noise: float


def splits_of(recent: Sequence[Level], variance: float, tau: float) -> list[Split]:
    """Return the series parted at each of the latest rounds that has enough rounds before it."""
    weights = [1 / mean_variance(level, variance, tau) for level in recent]
    weight_to = list(accumulate(weights, initial=0.0))
    weighted = [weight * level.mean for weight, level in zip(weights, recent, strict=True)]
    total_to = list(accumulate(weighted, initial=0.0))
    found = []
    for start in range(max(FEWEST_BEFORE, len(recent) - STARTS), len(recent)):
        oldest = max(0, start - MOST_BEFORE)
        weight_before = weight_to[start] - weight_to[oldest]
        weight_after = weight_to[-1] - weight_to[start]
        before = (total_to[start] - total_to[oldest]) / weight_before
        after = (total_to[-1] - total_to[start]) / weight_after
        noise = 1 / weight_before + 1 / weight_after
        found.append(Split(start, before, after, before - after, noise))
    return found


def weigh(splits: Sequence[Split], variance: float) -> ChangePoint:
    """Return the verdict on a change at one of these rounds or at none.

    :param variance: between people.
    """
    prior = TYPICAL_DROP * TYPICAL_DROP * variance
    mattering = MATTERING_DROP * math.sqrt(variance)
    logs, drops, chances = [], [], []
    for split in splits:
        fall, noise, both = split.fall, split.noise, split.noise + prior
        weight = math.log(START_PRIOR * math.sqrt(noise / both))
        logs.append(weight + 0.5 * fall * fall * (1 / noise - 1 / both))
        drop = fall * prior / both
        drops.append(drop)
        chances.append(0.5 * math.erfc((mattering - drop) / math.sqrt(2 * prior * noise / both)))
    # "No change" has log weight 0. The largest is taken off, since a huge fall would overflow.
    largest = max(0.0, *logs)
    weights = [math.exp(weight - largest) for weight in logs]
    evidence = math.exp(-largest) + sum(weights)
    declined = [weight * chance for weight, chance in zip(weights, chances, strict=True)]
    best = splits[declined.index(max(declined))]
    return ChangePoint(
        probability=sum(declined) / evidence,
        drop=sum(weight * drop for weight, drop in zip(weights, drops, strict=True)) / evidence,
        start=best.start,
        before=best.before,
        after=best.after,
        sd=math.sqrt(variance),
    )


def find_drop(levels: Sequence[Level], tau: float) -> ChangePoint:
    """Return the verdict on a series of at least five rounds, oldest first."""
    variance = pooled_variance(levels)
    first = max(0, len(levels) - REACH)
    change = weigh(splits_of(levels[first:], variance, tau), variance)
    return replace(change, start=first + change.start) if first else change
