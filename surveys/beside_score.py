"""Keep a question's ends open to whoever takes the others off the score. Source: D6."""

from collections.abc import Mapping, Sequence

from surveys.cell_tree import CellNode
from surveys.disclosure import ShownMean
from surveys.items import Item
from surveys.remainders import Part, as_subtracted, as_told
from surveys.scoring import SCORE_HIGH, SCORE_LOW
from surveys.tables import Table, TalliedRound, withheld

ItemTables = Mapping[str, Mapping[str, Table]]  # by item, then by cell


def open_beside(whole: Part, parts: Mapping[str, Part], people: int) -> frozenset[str]:
    """Return the questions whose means may stand beside that of their score.

    The score is the mean of its questions, so it less the others bounds each of them. Questions
    are withheld, the last by name first, until no bound is less than one step from an end.

    :param whole: what the score tells of all answers to all its questions.
    :param parts: what each question's mean tells; the answers to others are the rest.
    :param people: how many the score is of.
    """
    step = Part(people, whole.low, whole.high).step
    kept = sorted(parts)
    while True:
        bounds = as_subtracted(whole, [parts[name] for name in kept])
        if not kept or all(part.high >= step and part.low <= 1 - step for part in bounds):
            return frozenset(kept)
        kept.pop()


def without_narrowed(
    work: TalliedRound, scores: Mapping[str, Table], items: ItemTables
) -> dict[str, dict[str, Table]]:
    """Return the tables of the items, those withheld that a score would narrow too far.

    What is withheld in a cell is withheld beneath it, as in D2.
    """
    kept = {name: dict(tables) for name, tables in items.items()}
    if work.tally.scored is None:
        return kept
    scored = [item for item in work.tally.closed_items if item.id in work.tally.scored.item_ids]

    def silence(node: CellNode, silent: frozenset[str]) -> None:
        tables = {
            item.id: kept[item.id][node.id]
            for item in scored
            if item.id not in silent and node.id in kept[item.id]
        }
        if node.id in scores:
            silent |= tables.keys() - _open_in(work, node, scored, scores[node.id], tables)
        for name in silent:
            if node.id in kept[name]:
                kept[name][node.id] = withheld()
        for child in node.children:
            silence(child, silent)

    silence(work.tree, frozenset())
    return kept


def _open_in(
    work: TalliedRound,
    node: CellNode,
    scored: Sequence[Item],
    score: Table,
    tables: Mapping[str, Table],
) -> frozenset[str]:
    """Return the scored items that may stand beside the score of one cell."""
    people = work.tally.score_in(node.indexes()).n
    counts = {item.id: work.tally.count_in(item, node.indexes()).n for item in scored}
    everybody = set(counts.values()) == {people}  # then the score has steps of its own
    steps = len(scored[0].points) - 1
    told = as_told(
        _shown(score), people, SCORE_LOW, SCORE_HIGH, steps * len(scored) if everybody else None
    )
    parts = {
        item.id: as_told(
            _shown(tables[item.id]), counts[item.id], item.points[0], item.points[-1], steps
        )
        for item in scored
        if item.id in tables
    }
    return open_beside(Part(sum(counts.values()), told.low, told.high), parts, people)


def _shown(table: Table) -> ShownMean:
    return ShownMean(table["mean"], table["step"], table["open"])  # type: ignore[arg-type]
