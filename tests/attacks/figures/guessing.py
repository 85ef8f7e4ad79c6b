"""The best guess of one answer: Bayes over whole sums, with how people answer known beforehand."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from surveys import disclosure
from tests.attacks.figures.inventions import HABITS, POINTS

LOW, HIGH = POINTS[0], POINTS[-1]
Weights = dict[int, float]
Table = Mapping[str, Any]


@cache
def sums(n: int, habits: tuple[float, ...] = HABITS) -> Weights:
    """Return how likely each sum of `n` answers is."""
    weights: Weights = {0: 1.0}
    for _ in range(n):
        after: Weights = {}
        for total, weight in weights.items():
            for point, habit in zip(POINTS, habits, strict=True):
                after[total + point] = after.get(total + point, 0.0) + weight * habit
        weights = after
    return weights


def shown_as(total: int, n: int) -> tuple[float, str | None]:
    """Return how the product shows this sum: the attacker runs the same public code."""
    return _shown_as(disclosure.shown_mean, total, n)


@cache
def _shown_as(
    rule: Callable[..., disclosure.ShownMean], total: int, n: int
) -> tuple[float, str | None]:
    """Return the same by the rule that holds now; what is remembered is each rule's own."""
    shown = rule(total / n, n, LOW, HIGH)
    return shown.mean, shown.open


def fits(table: Table | None, n: int) -> Callable[[int], bool]:
    """Return whether a sum of `n` answers is one that this table can be of."""
    if table is None:
        return lambda total: True
    told = (table["mean"], table["open"])
    return lambda total: shown_as(total, n) == told


def likeliest(weights: Mapping[int, float]) -> int:
    """Return the likeliest key, the smallest of equals."""
    return min(weights, key=lambda key: (-weights[key], key))


def guess_one(table: Table | None, n: int) -> int:
    """Return the likeliest answer of one of `n`."""
    others = sums(n - 1)
    right = fits(table, n)
    weights = {
        point: habit * sum(w for total, w in others.items() if right(total + point))
        for point, habit in zip(POINTS, HABITS, strict=True)
    }
    return likeliest(weights)
