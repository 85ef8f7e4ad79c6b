"""Decide in which cell, if in any, the comments to a question are shown.

Source: D8.
"""

from collections.abc import Mapping

from surveys.disclosure import Cell, check_threshold

FEWEST_BALLOTS = 8  # D8: "at least max(k, 8)"
FEWEST_COMMENTS = 3  # D8: "with at least 3 comments for that question"


def place_comments(
    root: Cell, comments: Mapping[str, int], k: int, shown: frozenset[str]
) -> dict[str, tuple[str, ...]]:
    """Return, for each cell that shows comments, the cells whose own comments it shows.

    Each cell occurs at most once among the sources, so each comment in one place.

    :param root: the tree with the number of opened ballots of each cell.
    :param comments: comments to this question from a cell's own ballots, by cell id;
        the own ballots are those that belong to no child.
    :param shown: the cells that are shown at all.
    """
    check_threshold(k)
    placed: dict[str, tuple[str, ...]] = {}

    def climb(cell: Cell) -> tuple[int, int, tuple[str, ...]]:
        """Return what the cell leaves to its parent: ballots, comments, sources."""
        ballots = cell.n - sum(child.n for child in cell.children)
        texts = comments.get(cell.id, 0)
        sources: tuple[str, ...] = (cell.id,)
        for child in cell.children:
            left = climb(child)
            ballots, texts, sources = ballots + left[0], texts + left[1], sources + left[2]
        enough = ballots >= max(k, FEWEST_BALLOTS) and texts >= FEWEST_COMMENTS
        if enough and cell.id in shown:
            placed[cell.id] = sources
            return 0, 0, ()
        return ballots, texts, sources

    climb(root)
    return placed
