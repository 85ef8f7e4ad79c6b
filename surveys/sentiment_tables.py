"""Make the tables of the mood of comments, beside the lists that show some word for word."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from surveys.cell_tree import sized
from surveys.disclosure import shown_cells, shown_mean
from surveys.remainders import Part, as_told
from surveys.sentiment import COMPOUND_HIGH, COMPOUND_LOW, Sentiment
from surveys.tables import Table, TalliedRound, mean_of, means_shown, told
from surveys.tally import Remarks, ScoreSum, Tally

Scorer: TypeAlias = Callable[[str], Sentiment]
Listed: TypeAlias = frozenset[tuple[int, str]]  # a cell's index and a question


def _ballot_sentiment(remarks: Remarks, scorer: Scorer) -> float | None:
    """Return the mean sentiment of one ballot's comments, None if none is scored."""
    scores = [scorer(text).compound for text in remarks.texts.values()]
    given = [score for score in scores if score is not None]
    return sum(given) / len(given) if given else None


def _sentiments(tally: Tally, scorer: Scorer) -> tuple[list[ScoreSum], list[int]]:
    """Return, for each cell, the sums of its scored ballots and how many more wrote."""
    sums = [ScoreSum() for _ in range(tally.cell_count)]
    unscored = [0] * tally.cell_count
    for remarks in tally.remarks:
        compound = _ballot_sentiment(remarks, scorer)
        if compound is None:
            unscored[remarks.cell] += 1
        else:
            sums[remarks.cell].add(compound)
    return sums, unscored


def _written_shown(
    work: TalliedRound, scored: Sequence[int], unscored: Sequence[int]
) -> frozenset[str]:
    """Return the cells that may tell how many ballots carry a comment, scored or not.

    D3 for those whose comments nobody could score, too: beside a scored count, the written
    count tells how many they are.
    """
    written = [mine + more for mine, more in zip(scored, unscored, strict=True)]
    shown = work.shown_for(written, work.k)
    return shown & work.shown_for(unscored, work.k) if any(unscored) else shown


def _beside_lists(
    work: TalliedRound, listed: Listed, counts: Callable[[str], bool]
) -> frozenset[str]:
    """Return the cells that may tell of ballots with a comment beside the lists of comments.

    Whoever reads the lists knows these to the word and takes them off. What is left is of the
    ballots with a comment that no list shows: of none, or of k, in nested cells too (D3).

    :param counts: says whether a comment is among those that are told of.
    """
    hidden = [0] * work.tally.cell_count
    for remarks in work.tally.remarks:
        hidden[remarks.cell] += any(
            (remarks.cell, item) not in listed and counts(text)
            for item, text in remarks.texts.items()
        )
    nodes = work.tree.nodes()
    complete = frozenset(
        node.id for node in nodes if not any(hidden[index] for index in node.indexes())
    )
    return complete | shown_cells(sized(work.tree, hidden), work.k)


def sentiment_tables(work: TalliedRound, scorer: Scorer, listed: Listed) -> dict[str, Table]:
    """Return means over ballots, so that two comments of one person weigh as one.

    :param listed: whose comments some list shows, word for word.
    """
    sums, unscored = _sentiments(work.tally, scorer)
    scored = [entry.n for entry in sums]
    sums_of = [(entry.total, entry.n) for entry in sums]
    beside = _beside_lists(work, listed, lambda text: scorer(text).compound is not None)
    told_of = replace(work, shown=work.shown & beside)
    shown = means_shown(told_of, sums_of, COMPOUND_LOW, COMPOUND_HIGH)
    counted = _written_shown(work, scored, unscored) & _beside_lists(work, listed, bool)
    tables = {}
    for node in work.tree.nodes():
        if node.id in shown:
            n = sum(scored[index] for index in node.indexes())
            total = sum(sums[index].total for index in node.indexes())
            table = mean_of(total, n, COMPOUND_LOW, COMPOUND_HIGH) | told("scored", n, work.k)
            if node.id in counted:
                written = n + sum(unscored[index] for index in node.indexes())
                table |= told("comments", written, work.k)
            tables[node.id] = table
    return tables


def sentiment_parts(
    work: TalliedRound, tables: Mapping[str, Table], scorer: Scorer
) -> dict[str, Part]:
    """Return what each stored sentiment tells of the ballots that it is of, by cell.

    :param tables: what sentiment_tables has made of the same round.
    """
    sums, _ = _sentiments(work.tally, scorer)
    parts = {}
    for node in work.tree.nodes():
        if node.id in tables:
            n = sum(sums[index].n for index in node.indexes())
            mean = shown_mean(
                sum(sums[index].total for index in node.indexes()) / n,
                n,
                COMPOUND_LOW,
                COMPOUND_HIGH,
            )
            parts[node.id] = as_told(mean, n, COMPOUND_LOW, COMPOUND_HIGH, None)
    return parts
