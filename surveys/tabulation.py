"""Make a round's release: the frozen tables that may be shown, and the shown comments.

Everything here is called once for a round (D9). A withheld cell or table is
`{"withheld": true}` and nothing else (D10).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from surveys.answers import Mailbox
from surveys.beside_score import without_narrowed
from surveys.cell_tree import CellNode, sized
from surveys.comoments import shown_correlation
from surveys.disclosure import check_threshold, shown_cells
from surveys.errors import CellTreeError
from surveys.items import Item
from surveys.placement import place_comments
from surveys.remainders import Part
from surveys.sentiment import lexicon_version
from surveys.sentiment_tables import Scorer, sentiment_parts, sentiment_tables
from surveys.tables import (
    Table,
    TalliedRound,
    item_tables,
    score_tables,
    told,
    withheld,
)
from surveys.tally import Remarks, Tally
from surveys.theme_tables import HeardComment, theme_tables
from surveys.themes import named_themes, themes_version

RELEASE_VERSION = 1


@dataclass(frozen=True)
class ShownComment:
    """A comment that is shown, its names masked, with the mailbox for a reply.

    :ivar themes: what it is about, by the themes of the day of the close; none if not scored.
    """

    cell: str
    item: str
    text: str
    mailbox: Mailbox | None
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Release:
    """What remains of a round: JSON-able tables, and comments apart, to be encrypted."""

    tables: Table
    comments: tuple[ShownComment, ...]


def _placed(work: TalliedRound, item: Item) -> dict[str, tuple[int, ...]]:
    """Return the cells that show comments to one question, with the indexes of those they show."""
    indexes = {node.id: node.index for node in work.tree.nodes() if node.index is not None}
    counts = Counter(entry.cell for entry in work.tally.remarks if item.id in entry.texts)
    own = {name: counts[index] for name, index in indexes.items()}
    placed = place_comments(sized(work.tree, work.tally.ballots), own, work.k, work.shown)
    return {
        cell: tuple(indexes[source] for source in sources if source in indexes)
        for cell, sources in placed.items()
    }


def _shown_comments(
    work: TalliedRound, item: Item, scorer: Scorer, mask: Callable[[str], str], rng: Random
) -> list[ShownComment]:
    """Return the comments to one question, shuffled within each cell that shows them."""
    given: dict[int, list[Remarks]] = {}
    for remarks in work.tally.remarks:
        if item.id in remarks.texts:
            given.setdefault(remarks.cell, []).append(remarks)
    shown: list[ShownComment] = []
    for cell, sources in _placed(work, item).items():
        entries = [entry for source in sources for entry in given.get(source, [])]
        rng.shuffle(entries)
        for entry in entries:
            text = mask(entry.texts[item.id])
            # Of the text as it is shown: so whoever reads the list learns nothing by the themes.
            themes = () if scorer(text).compound is None else named_themes(text)
            mailbox = entry.mailboxes.get(item.id)
            shown.append(ShownComment(cell, item.id, text, mailbox, themes))
    return shown


def _barred(tally: Tally, tree: CellNode, papers: Sequence[int], k: int) -> frozenset[str]:
    """Return the cells that are withheld whatever their size.

    More ballots than papers from a cell's people: somebody else answered in it. The whole
    round is withheld with fewer than k papers.
    """
    barred = set()
    for node in tree.nodes():
        ballots = sum(tally.ballots[index] for index in node.indexes())
        if ballots > sum(papers[index] for index in node.indexes()):
            barred.add(node.id)
    if sum(papers) < k:
        barred.add(tree.id)
    return frozenset(barred)


def release(
    tally: Tally,
    tree: CellNode,
    k: int,
    papers: Sequence[int],
    *,
    scorer: Scorer,
    mask: Callable[[str], str],
    rng: Random,
    of_program: bool = False,
) -> Release:
    """Return the release of a round; call it once (D9).

    :param tree: the round's cells; every index of the tally occurs in it once.
    :param k: the threshold of the pool.
    :param papers: papers taken by the people of each cell, by index.
    :param scorer: gives a comment's sentiment.
    :param mask: hides names and addresses in a comment.
    :param rng: shuffles and rounds; a source that can't be foretold in production.
    :param of_program: whether a whole program was asked; else nothing is told of how its
        questions move together (D5).
    :raises ThresholdError: if `k` is under the floor.
    :raises CellTreeError: if tree, tally and papers don't match.
    """
    check_threshold(k)
    if sorted(tree.indexes()) != list(range(tally.cell_count)) or len(papers) != tally.cell_count:
        raise CellTreeError
    scorer = cache(scorer)  # most texts are shown as they were written, and scored twice
    shown = shown_cells(sized(tree, tally.ballots), k, _barred(tally, tree, papers, k))
    work = TalliedRound(tally, tree, k, shown)
    comments = tuple(
        comment
        for item in tally.comment_items
        for comment in _shown_comments(work, item, scorer, mask, rng)
    )
    cells = _cells(work, comments, scorer)
    if of_program and tree.id in shown:
        cells[tree.id]["together"] = _together(work, cells[tree.id]["items"], rng)
    tables: Table = {
        "v": RELEASE_VERSION,
        "k": k,
        "scoring": tally.scored.scoring if tally.scored else None,
        "lexicon": lexicon_version(),
        "themes": themes_version(),
        "cells": cells,
    }
    return Release(tables, comments)


def _together(work: TalliedRound, items: dict[str, Table], rng: Random) -> Table:
    """Return how each question moves with the rest of the score, in the whole round.

    A mean at an open end lets nothing be told of its question: there, all but all agree (D6).
    """
    tables: Table = {}
    for name, pair in work.tally.comoments.pairs.items():
        closed = items[name].get("open", True) is None
        told_of = shown_correlation(pair, work.k, rng) if closed else None
        tables[name] = withheld() if told_of is None else told_of
    return tables


def _cells(
    work: TalliedRound, comments: Sequence[ShownComment], scorer: Scorer
) -> dict[str, dict[str, Any]]:
    """Return the tables of each cell by its id."""
    listed = frozenset(
        (index, item.id)
        for item in work.tally.comment_items
        for sources in _placed(work, item).values()
        for index in sources
    )
    scores, sentiments = score_tables(work), sentiment_tables(work, scorer, listed)
    each = {item.id: item_tables(work, item) for item in work.tally.closed_items}
    items = without_narrowed(work, scores, each)
    told_in = {(comment.cell, comment.item) for comment in comments}
    themes = _themes(work, comments, scorer, sentiment_parts(work, sentiments, scorer))
    cells: dict[str, dict[str, Any]] = {}
    for node in work.tree.nodes():
        if node.id not in work.shown:
            cells[node.id] = withheld()
            continue
        ballots = sum(work.tally.ballots[index] for index in node.indexes())
        cells[node.id] = {
            "ballots": told("n", ballots, work.k),
            "score": scores.get(node.id, withheld()),
            "items": {name: tables.get(node.id, withheld()) for name, tables in items.items()},
            "sentiment": sentiments.get(node.id, withheld()),
            "comments": {
                item.id: {"shown": True} if (node.id, item.id) in told_in else withheld()
                for item in work.tally.comment_items
            },
            "themes": {
                item.id: themes.get((node.id, item.id), withheld())
                for item in work.tally.comment_items
            },
        }
    return cells


def _themes(
    work: TalliedRound,
    comments: Sequence[ShownComment],
    scorer: Scorer,
    sentiments: Mapping[str, Part],
) -> dict[tuple[str, str], Table]:
    """Return the themes of each list of shown comments, by cell and item.

    They are made of what the list shows and nothing else, and each comment is in one list, so no
    two such tables can be subtracted.
    """
    lists: dict[tuple[str, str], list[HeardComment]] = {}
    for comment in comments:
        mood = scorer(comment.text).compound
        if mood is not None:
            heard = HeardComment(comment.themes, mood)
            lists.setdefault((comment.cell, comment.item), []).append(heard)
    return {
        place: theme_tables(heard, work.k, sentiments.get(place[0]))
        for place, heard in lists.items()
    }
