"""Shares of a histogram give away of how many they are. D4."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from math import factorial
from random import Random

from surveys.histograms import Run, histogram
from tests.attacks.figures import switches
from tests.attacks.figures.inventions import (
    HABITS,
    POINTS,
    SCALES,
    Ballot,
    Table,
    a_point,
    cells_of,
    circles,
    mean_table,
)
from tests.attacks.frame import Attack

BAND = range(10, 20)
NAMES = tuple(str(point) for point in POINTS)
Sign = tuple[object, ...]


@dataclass(frozen=True)
class Seen:
    """The tables of all questions; a count is the band 10-19."""

    tables: tuple[Table | None, ...]


def invent(rng: Random) -> tuple[Ballot, ...]:
    """Return ten to nineteen people who answer every question."""
    return tuple(
        Ballot(0, {name: a_point(rng) for name in SCALES}) for _ in range(rng.choice(BAND))
    )


def show(truth: tuple[Ballot, ...]) -> Seen:
    """Return the release."""
    cells = cells_of(truth, circles(0))
    return Seen(tuple(mean_table(cells, "program", name) for name in SCALES))


def hide(seen: Seen) -> Seen:
    """Return the band alone."""
    return replace(seen, tables=())


def claim(seen: Seen) -> int:
    """Return the likeliest count: the one that makes the shares of all questions likeliest."""
    weights = dict.fromkeys(BAND, 1.0)
    for table in seen.tables:
        if table is None or "bins" not in table["histogram"]:
            continue
        sign = tuple(
            (tuple(entry["options"]), entry["share"], entry["over"])
            for entry in table["histogram"]["bins"]
        )
        for n in BAND:
            weights[n] *= _signs(n).get(sign, 0.0)
    return max(BAND, key=lambda n: (weights[n], -n))


@cache
def _signs(n: int) -> dict[Sign, float]:
    """Return how likely each histogram of `n` answers is."""
    likely: dict[Sign, float] = {}
    for counts in _counts(n):

        def count(run: Run, counts: tuple[int, ...] = counts) -> int:
            return sum(counts[run[0] : run[1] + 1])

        bins = histogram(NAMES, n, count)
        if bins is None:
            continue
        sign = tuple((entry.options, entry.share, entry.over) for entry in bins)
        weight = float(factorial(n))
        for number, habit in zip(counts, HABITS, strict=True):
            weight *= habit**number / factorial(number)
        likely[sign] = likely.get(sign, 0.0) + weight
    return likely


def _counts(n: int) -> Iterator[tuple[int, ...]]:
    """Give every way in which `n` people can choose among the points."""
    places = n + len(POINTS) - 1
    for bars in combinations(range(places), len(POINTS) - 1):
        ends = (-1, *bars, places)
        yield tuple(ends[at + 1] - ends[at] - 1 for at in range(len(POINTS)))


def score(truth: tuple[Ballot, ...], n: int) -> float:
    """Return 1 for the count."""
    return float(n == len(truth))


ATTACKS = (
    Attack(
        name="count from the shares of histograms",
        role="admin",
        given="all tables of a round of 10 to 19 people, whose count is shown as that band",
        best="weighs every count that the shares of three questions allow: how many answered",
        defence="histograms from 2k answers on",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.small_histograms,
        bite=0.5,
        trials=200,
        trials_without=60,
    ),
)
