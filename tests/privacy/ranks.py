"""How much an order tells about another."""

from collections.abc import Hashable, Sequence

LIMIT = 0.2  # Protocol 8: the correlation of stored order with arrival stays below it


def rank_correlation(arrival: Sequence[Hashable], stored: Sequence[Hashable]) -> float:
    """Return Spearman's rho of two orders of the same things: 1 alike, -1 reversed, 0 unrelated.

    Source: Spearman (1904), doi:10.2307/1412159, for ranks without ties.
    """
    assert len(arrival) == len(set(arrival)) == len(stored)
    rank = {thing: place for place, thing in enumerate(stored)}
    squares = sum((place - rank[thing]) ** 2 for place, thing in enumerate(arrival))
    count = len(arrival)
    return 1 - 6 * squares / (count * (count * count - 1))
