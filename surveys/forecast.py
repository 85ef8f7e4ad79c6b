"""Foretell what a round would show, before it is launched, from sizes and a likely response.

Every drawn round goes through the rules that decide on a real one. Nothing of a round that is
under way is an input.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from surveys.cell_tree import CellNode, sized
from surveys.disclosure import Cell, band_middle, check_threshold, shown_cells
from surveys.errors import CellTreeError
from surveys.placement import place_comments
from surveys.sentences import said

ASSUMED_RESPONSE = 0.65  # before a program has results of its own
SCENARIOS = (0.4, 0.9)  # MEASUREMENT 3: the simulator's low and high response
ASSUMED_WRITES = 0.35  # of those who answer, how many leave a comment
_ROUNDS_LOOKED_AT = 6
_LOWEST, _HIGHEST = 0.05, 0.98  # a forecast is never certain of people
_MOST_DRAWS, _FEWEST_DRAWS, _CELLS_DRAWN = 2000, 200, 60_000


@dataclass(frozen=True)
class Chances:
    """How often a cell would be shown, 0 to 1: its totals, and comments in it."""

    totals: float
    comments: float


@dataclass(frozen=True)
class PastRound:
    """A released round: the lower end of its band of ballots (0 if withheld), and the invited."""

    n_from: int
    invited: int
    k: int


def likely_response(past: Sequence[PastRound]) -> float | None:
    """Return which part answered in the latest released rounds, None before the first.

    :param past: oldest first. Of a count only its band's middle is known (D4).
    """
    known = [entry for entry in past if entry.invited > 0][-_ROUNDS_LOOKED_AT:]
    if not known:
        return None
    parts = [band_middle(entry.n_from, entry.k) / entry.invited for entry in known]
    return min(_HIGHEST, max(_LOWEST, sum(parts) / len(parts)))


def enough(invited: int, k: int, response: float) -> float:
    """Return the chance that at least `k` of so many answer, each for themselves, 0 to 1."""
    if invited < k:
        return 0.0
    return 1.0 - _cumulative(invited, response)[k - 1]


def forecast(
    tree: CellNode,
    invited: Sequence[int],
    k: int,
    response: float,
    *,
    rng: Random,
    writes: float = ASSUMED_WRITES,
) -> dict[str, Chances]:
    """Return, for each cell, how often it would be shown.

    :param tree: the cells as a launch would freeze them.
    :param invited: how many would be asked in each cell, by index.
    :param response: the chance that one of them answers, 0 to 1.
    :param rng: seeded by the caller, so that a page stays what it was.
    :param writes: the chance that an answer has a comment.
    :raises ThresholdError: if `k` is under the floor.
    :raises CellTreeError: if tree and sizes don't match.
    """
    check_threshold(k)
    if sorted(tree.indexes()) != list(range(len(invited))):
        raise CellTreeError
    draws = max(_FEWEST_DRAWS, min(_MOST_DRAWS, _CELLS_DRAWN // len(invited)))
    shown, told = _drawn(tree, invited, k, response, writes, rng, draws)
    # Never more often than it has enough answers (D1), which is known exactly.
    most = {
        node.id: enough(sum(invited[index] for index in node.indexes()), k, response)
        for node in tree.nodes()
    }
    return {
        name: Chances(min(chance, shown[name] / draws), told[name] / draws)
        for name, chance in most.items()
    }


def _drawn(
    tree: CellNode,
    invited: Sequence[int],
    k: int,
    response: float,
    writes: float,
    rng: Random,
    draws: int,
) -> tuple[Counter[str], Counter[str]]:
    """Return in how many of the rounds drawn each cell shows totals, and comments."""
    tables = [_cumulative(size, response) for size in invited]
    writing = [_cumulative(size, writes) for size in range(max(invited, default=0) + 1)]
    totals: Counter[str] = Counter()
    comments: Counter[str] = Counter()
    for _ in range(draws):
        counts = [_draw(table, rng) for table in tables]
        own = {
            node.id: _draw(writing[counts[node.index]], rng)
            for node in tree.nodes()
            if node.index is not None
        }
        shown, with_comments = _shown_with(sized(tree, counts), own, k)
        totals.update(shown)
        comments.update(with_comments)
    return totals, comments


def _shown_with(
    cells: Cell, comments: Mapping[str, int], k: int
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the cells that show totals, and those that show comments, in one round."""
    shown = shown_cells(cells, k)
    return shown, frozenset(place_comments(cells, comments, k, shown))


def frequency_words(chance: float) -> str:
    """Return how often something would be, in words: "in about one round in three"."""
    for least, words in _FREQUENCIES:
        if chance >= least:
            return words
    return said("never")


_FREQUENCIES = (
    (0.97, said("in nearly every round")),
    (0.83, said("in about nine rounds in ten")),
    (0.71, said("in about three rounds in four")),
    (0.58, said("in about two rounds in three")),
    (0.42, said("in about every second round")),
    (0.29, said("in about one round in three")),
    (0.22, said("in about one round in four")),
    (0.15, said("in about one round in six")),
    (0.05, said("in about one round in ten")),
    (1e-12, said("hardly ever")),
)


def _cumulative(size: int, chance: float) -> list[float]:
    """Return the chances of at most 0, 1, ... `size` out of `size`."""
    if not 0.0 < chance < 1.0:
        return [0.0] * size + [1.0] if chance >= 1.0 else [1.0] * (size + 1)
    odds, total, cumulative = math.log(chance / (1.0 - chance)), 0.0, []
    for count in range(size + 1):
        ways = math.lgamma(size + 1) - math.lgamma(count + 1) - math.lgamma(size - count + 1)
        total += math.exp(ways + count * odds + size * math.log1p(-chance))
        cumulative.append(min(1.0, total))
    cumulative[-1] = 1.0
    return cumulative


def _draw(cumulative: Sequence[float], rng: Random) -> int:
    """Return a number of people, drawn by the chances of at most so many."""
    return bisect_left(cumulative, rng.random())
