"""Make the tables of a release, each put through the disclosure rules by itself (D0)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from surveys.cell_tree import CellNode, sized
from surveys.disclosure import (
    EXACT_FROM,
    SPREAD_FROM,
    ShownMean,
    band,
    band_start,
    shown_cells,
    shown_mean,
    shown_spread,
)
from surveys.histograms import Run, histogram
from surveys.items import Item
from surveys.remainders import as_told, told_together
from surveys.scoring import SCORE_HIGH, SCORE_LOW
from surveys.tally import OptionCount, ScoreSum, Tally

Table: TypeAlias = dict[str, object]


def withheld() -> Table:
    """Return the one word for silence (D10)."""
    return {"withheld": True}


def told(name: str, n: int, k: int) -> Table:
    """Return a count as a band and the band's lower end (D4)."""
    return {name: band(n, k), f"{name}_from": band_start(n, k)}


def mean_table(mean: ShownMean) -> Table:
    """Return a mean as it stands in a table."""
    return {"mean": mean.mean, "step": mean.step, "open": mean.open}


def mean_of(total: float, n: int, low: float, high: float) -> Table:
    """Return the mean of `n` values as it may be stored."""
    return mean_table(shown_mean(total / n, n, low, high))


@dataclass(frozen=True)
class TalliedRound:
    """A tallied round on its way to a release; `shown` are the cells shown at all."""

    tally: Tally
    tree: CellNode
    k: int
    shown: frozenset[str]

    def shown_for(self, counts: Sequence[int], fewest: int) -> frozenset[str]:
        """Return the cells that may show a table with `counts` ballots in each cell.

        `fewest` takes the place of k where a table asks for more people, so that
        subtracting two such tables can't give a third of a smaller crowd (D3).
        """
        return self.shown & shown_cells(sized(self.tree, counts), fewest)


def means_shown(
    work: TalliedRound,
    sums: Sequence[tuple[float, int]],
    low: float,
    high: float,
    points: int | None = None,
) -> frozenset[str]:
    """Return the cells that may show a mean: those of D3 that can't be subtracted against D6.

    :param sums: the sum and the number of values in each cell, by index.
    :param points: how many equal steps the scale has, if any.
    """
    shown = work.shown_for([n for _, n in sums], work.k)
    told_by = {}
    for node in work.tree.nodes():
        if node.id in shown:
            total = sum(sums[index][0] for index in node.indexes())
            n = sum(sums[index][1] for index in node.indexes())
            mean = shown_mean(total / n, n, low, high)
            told_by[node.id] = as_told(mean, n, low, high, points)
    return told_together(work.tree, told_by)


def score_tables(work: TalliedRound) -> dict[str, Table]:
    """Return the table of the wellbeing score for each cell that may show it."""
    counts = [sums.n for sums in work.tally.scores]
    sums_of = [(sums.total, sums.n) for sums in work.tally.scores]
    shown = means_shown(work, sums_of, SCORE_LOW, SCORE_HIGH)
    spread_shown = work.shown_for(counts, max(work.k, SPREAD_FROM))
    tables = {}
    for node in work.tree.nodes():
        if node.id in shown:
            sums = work.tally.score_in(node.indexes())
            tables[node.id] = _score_table(sums, work.k, node.id in spread_shown)
    return tables


def _score_table(sums: ScoreSum, k: int, with_spread: bool) -> Table:
    table = told("n", sums.n, k) | mean_of(sums.total, sums.n, SCORE_LOW, SCORE_HIGH)
    spread = shown_spread(sums.spread(), sums.n, SCORE_LOW, SCORE_HIGH)
    return table | {"sd": spread if with_spread else None}


def _histogram(item: Item, count: OptionCount) -> Table:
    bins = histogram(item.option_ids, count.n, count.count)
    if bins is None:
        return withheld()
    return {
        "bins": [
            {"options": list(entry.options), "share": entry.share, "over": entry.over}
            for entry in bins
        ]
    }


def _item_sum(item: Item, count: OptionCount) -> int:
    places: list[Run] = [(place, place) for place in range(len(item.points))]
    return sum(point * count.count(run) for point, run in zip(item.points, places, strict=True))


def _item_mean(item: Item, count: OptionCount) -> Table:
    if item.min is None or item.max is None:
        return {}
    return mean_of(_item_sum(item, count), count.n, item.min, item.max)


def _item_shown(work: TalliedRound, item: Item, counts: Sequence[OptionCount]) -> frozenset[str]:
    """Return the cells that may show an item; options have no mean that could be subtracted."""
    if item.min is None or item.max is None:
        return work.shown_for([count.n for count in counts], work.k)
    sums = [(_item_sum(item, count), count.n) for count in counts]
    return means_shown(work, sums, item.min, item.max, len(item.points) - 1)


def _histogram_shown(work: TalliedRound, item: Item, counts: Sequence[int]) -> frozenset[str]:
    """Return the cells that may show a histogram of an item: the whole round's, or none.

    Two nested ones could be subtracted bin by bin (D7). Beside any group the means of the
    groups could be: a histogram's shares are fine enough to tell a scale's exact sum, and
    the exact number of ballots, so there are none where that number is a band (D4).
    """
    whole = frozenset({work.tree.id})
    if item.type == "scale" and work.shown > whole:
        return frozenset()
    return work.shown_for(counts, max(2 * work.k, EXACT_FROM)) & whole


def item_tables(work: TalliedRound, item: Item) -> dict[str, Table]:
    """Return the table of one item for each cell that may show it."""
    counts = work.tally.counts[item.id]
    shown = _item_shown(work, item, counts)
    histogram_shown = _histogram_shown(work, item, [count.n for count in counts])
    tables = {}
    for node in work.tree.nodes():
        if node.id in shown:
            count = work.tally.count_in(item, node.indexes())
            tables[node.id] = {
                "type": item.type,
                **told("n", count.n, work.k),
                **_item_mean(item, count),
                "histogram": _histogram(item, count) if node.id in histogram_shown else withheld(),
            }
    return tables
