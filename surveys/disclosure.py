"""Decide what may be shown: thresholds, remainders, bands, steps and open ends.

The one module that decides; everything that shows a result reads what it let through.
Source: the disclosure rules D1 to D8 of the anonymity protocol.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from surveys.errors import CellTreeError, ThresholdError

K_FLOOR = 4  # Protocol: k, "floor 4 in code"
K_DEFAULT = 5  # Protocol: k, "default 5"
EXACT_FROM = 20  # D4: counts from here on are exact
SPREAD_FROM = 10  # D5: no standard deviation below

Openness = Literal["or more", "or less"]


@dataclass(frozen=True)
class Cell:
    """A set of ballots: `n` in all, those of the children included.

    `n` may exceed the children's sum: the rest answered in no group of their own.
    """

    id: str
    n: int
    children: tuple["Cell", ...] = ()


@dataclass(frozen=True)
class ShownMean:
    """A mean as it is stored: on the grid of its step, open at the ends of the scale."""

    mean: float
    step: float
    open: Openness | None


def check_threshold(k: int) -> int:
    """Return the threshold.

    :raises ThresholdError: if it is not a whole number of at least 4.
    """
    if isinstance(k, bool) or not isinstance(k, int) or k < K_FLOOR:
        raise ThresholdError
    return k


def walk(root: Cell) -> Iterator[Cell]:
    """Yield the cell and everything beneath it, parents first."""
    waiting = [root]
    while waiting:
        cell = waiting.pop()
        yield cell
        waiting.extend(reversed(cell.children))


def _check_tree(root: Cell) -> None:
    seen: set[str] = set()
    for cell in walk(root):
        if cell.id in seen:
            raise CellTreeError
        seen.add(cell.id)
        if cell.n < 0 or sum(child.n for child in cell.children) > cell.n:
            raise CellTreeError


def _shown_children(cell: Cell, k: int, barred: frozenset[str]) -> list[Cell]:
    """Return the children of a shown cell that may be shown beside it (D1, D3)."""
    shown = sorted(
        (child for child in cell.children if child.n >= k and child.id not in barred),
        key=lambda child: (child.n, child.id),
        reverse=True,
    )
    remainder = cell.n - sum(child.n for child in shown)
    if 0 < remainder < k:
        shown.pop()  # D3: the next smallest goes too, and of at least k; so is the rest then
    return shown


def shown_cells(root: Cell, k: int, barred: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the ids of the cells that may be shown.

    No sum or difference of shown cells then isolates fewer than `k` people.

    :param root: the tree, each cell with its number of ballots that carry a value.
    :param k: the threshold, at least 4.
    :param barred: ids of cells that are withheld whatever their size.
    :raises ThresholdError: if `k` is under the floor.
    :raises CellTreeError: if an id occurs twice or children outnumber their parent.

    Source: D1, D2 and D3.
    """
    check_threshold(k)
    _check_tree(root)
    if root.n < k or root.id in barred:
        return frozenset()
    shown: set[str] = set()
    waiting = [root]
    while waiting:  # D2: only what is under a shown cell is looked at
        cell = waiting.pop()
        shown.add(cell.id)
        waiting.extend(_shown_children(cell, k, barred))
    return frozenset(shown)


def band_ends(n: int, k: int) -> tuple[int, int]:
    """Return the lowest and highest count of the band that `n` is in."""
    if n < k:
        return 0, k - 1
    if n >= EXACT_FROM:
        return n, n
    return (k, 9) if n < 10 else (max(k, 10), EXACT_FROM - 1)


def band(n: int, k: int) -> str:
    """Return a count as it may be told: "<5", "5-9", "10-19", exact from 20 (D4)."""
    start, end = band_ends(n, k)
    if n < k:
        return f"<{k}"
    return str(n) if n >= EXACT_FROM else f"{start}-{end}"


def band_start(n: int, k: int) -> int:
    """Return the lower end of a count's band; 0 below the threshold (D4)."""
    return band_ends(n, k)[0]


def band_middle(n: int, k: int) -> int:
    """Return the middle of a count's band, rounded down: the best guess that D4 leaves.

    :param n: any count of the band, its lower end for instance.
    """
    return sum(band_ends(n, k)) // 2


def _step(n: int) -> Fraction:
    if n < 10:
        return Fraction(1, 8)
    return Fraction(1, 20) if n < EXACT_FROM else Fraction(1, 40)


def step(n: int) -> float:
    """Return the rounding step as a fraction of the scale's range (D5)."""
    return float(_step(n))


def _nearest(value: float | Fraction, grid: Fraction) -> Fraction:
    """Return the multiple of the grid nearest to the value, halves going up."""
    return grid * int((Fraction(value) / grid + Fraction(1, 2)) // 1)


def shown_mean(mean: float | Fraction, n: int, low: float, high: float) -> ShownMean:
    """Return a mean as it may be stored, in the units of its scale.

    The end is judged after rounding (D5 before D6): judged before, "4.5" and "4.5 or
    more" together would tell half a step.

    :param n: how many ballots the mean is of.
    :param low: the lower end of the scale.
    :param high: its upper end.

    Source: D5 and D6.
    """
    return _on_grid(mean, _step(n) * (Fraction(high) - Fraction(low)), low, high)


def _on_grid(mean: float | Fraction, grid: Fraction, low: float, high: float) -> ShownMean:
    start, end = Fraction(low), Fraction(high)
    rounded = start + _nearest(Fraction(mean) - start, grid)
    openness: Openness | None = None
    if rounded >= end - grid:
        rounded, openness = end - grid, "or more"
    elif rounded <= start + grid:
        rounded, openness = start + grid, "or less"
    return ShownMean(float(rounded), float(grid), openness)


def mean_of_shown(
    means: Sequence[ShownMean], low: float, high: float, weights: Sequence[int] | None = None
) -> ShownMean:
    """Return the mean of stored means, no finer than the coarsest step among them (D5, D6).

    An open end counts as its bound.

    :param means: at least one, each on the same scale.
    :param weights: how much each counts; alike by default.
    """
    counts = weights or [1] * len(means)
    total = sum(
        (_exact(shown.mean) * count for shown, count in zip(means, counts, strict=True)),
        Fraction(0),
    )
    grid = max(_exact(shown.step) for shown in means)
    return _on_grid(total / sum(counts), grid, low, high)


def _exact(value: float) -> Fraction:
    return Fraction(value).limit_denominator(1000)  # a stored figure is a multiple of a step


def shown_spread(spread: float, n: int, low: float, high: float) -> float | None:
    """Return a standard deviation as it may be stored, or None for a small crowd.

    It is never less than one step: 0 would say that all answered alike.

    Source: D5, and D6 for its lower end.
    """
    if n < SPREAD_FROM:
        return None
    grid = _step(n) * (Fraction(high) - Fraction(low))
    return float(max(grid, _nearest(spread, grid)))


def shown_share(count: int, n: int) -> float:
    """Return a share of `n` rounded to the step, 0 to 1 (D5)."""
    return float(_nearest(Fraction(count, n), _step(n)))
