"""Bound what shown means tell to somebody who subtracts them. Source: D5 and D6."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from surveys.cell_tree import CellNode
from surveys.disclosure import ShownMean, step


@dataclass(frozen=True)
class Part:
    """A set of `n` ballots whose mean is known to lie between two ends, 0 to 1 of the scale."""

    n: int
    low: Fraction
    high: Fraction

    @property
    def step(self) -> Fraction:
        """Return the step of so many ballots (D5)."""
        return _exact(step(self.n))

    @property
    def open_ended(self) -> bool:
        """Return whether it may lie a step away from either end of the scale (D6)."""
        return self.high >= self.step and self.low <= 1 - self.step


def _exact(value: float) -> Fraction:
    return Fraction(value).limit_denominator(1000)  # of a step: 1/8, 1/20 or 1/40


def as_told(mean: ShownMean, n: int, low: float, high: float, points: int | None) -> Part:
    """Return what a shown mean of `n` ballots tells, on a scale of `low` to `high`.

    :param points: how many equal steps the scale has; whoever subtracts knows that sums are
        whole numbers of them. None for a scale without.
    """
    half = _exact(step(n)) / 2
    place = _exact((mean.mean - low) / (high - low))
    first, last = place - half, place + half
    if mean.open == "or less":
        first = Fraction(0)
    elif mean.open == "or more":
        last = Fraction(1)
    if points is not None:
        first = Fraction(math.ceil(first * n * points), n * points)
        if mean.open != "or more":  # halves go up, so the upper end is the next mean's
            last = Fraction(math.ceil(last * n * points) - 1, n * points)
    return Part(n, first, last)


def as_subtracted(whole: Part, parts: Sequence[Part]) -> list[Part]:
    """Return what the mean of the whole tells of its parts in addition; the last is the rest.

    A part's sum is that of the whole less the others', each between its ends.

    :param parts: disjoint; who is in none of them is the rest.
    """
    rest = whole.n - sum(part.n for part in parts)
    known = [*parts, Part(rest, Fraction(0), Fraction(1))] if rest else list(parts)
    lowest = sum(part.n * part.low for part in known)
    highest = sum(part.n * part.high for part in known)
    return [
        Part(
            part.n,
            max(part.low, (whole.n * whole.low - highest) / part.n + part.high),
            min(part.high, (whole.n * whole.high - lowest) / part.n + part.low),
        )
        for part in known
    ]


def may_be_subtracted(whole: Part, parts: Sequence[Part]) -> bool:
    """Return whether subtracting names no part, nor the rest, as all but agreeing on an end."""
    return all(part.open_ended for part in as_subtracted(whole, parts))


def told_together(tree: CellNode, told: Mapping[str, Part]) -> frozenset[str]:
    """Return the cells whose means may stand beside each other.

    As in D3 the next smallest child is withheld, with all beneath it, until what can be had by
    subtracting is open at the ends of the scale.

    :param told: what its mean tells, for each cell that D3 shows.
    """
    kept = set()
    waiting = [tree] if tree.id in told else []
    while waiting:
        node = waiting.pop()
        kept.add(node.id)
        children = sorted(
            (child for child in node.children if child.id in told),
            key=lambda child: (told[child.id].n, child.id),
            reverse=True,
        )
        while not may_be_subtracted(told[node.id], [told[child.id] for child in children]):
            children.pop()
        waiting.extend(children)
    return frozenset(kept)
