"""Make the table of themes of one list of shown comments. Source: D0 to D6, decision 050.

A theme is a yes/no question that its comments answer, so both answers are looked at: what a theme's
comments tell, and what the others' do when theirs is subtracted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.disclosure import shown_mean
from surveys.portions import portion
from surveys.remainders import Part, as_told, may_be_subtracted
from surveys.sentiment import COMPOUND_HIGH, COMPOUND_LOW
from surveys.tables import Table, mean_table, told, withheld

NEGATIVE = -0.05  # VADER's own limit of a negative text


@dataclass(frozen=True)
class HeardComment:
    """What a shown and scored comment is about, and its mood, -1 (worst) to 1 (best)."""

    themes: tuple[str, ...]
    mood: float


def theme_tables(comments: Sequence[HeardComment], k: int, whole: Part | None) -> Table:
    """Return what may be told of each theme that at least k comments name; withheld for none.

    :param comments: the scored ones of one list; each is of another ballot.
    :param whole: what the sentiment of their cell tells; None where it is withheld.
    """
    moods: dict[str, list[float]] = {}
    for comment in comments:
        for theme in comment.themes:
            moods.setdefault(theme, []).append(comment.mood)
    # By name, not by count: an order of counts would tell them finer than their bands (D4).
    shown: Table = {
        theme: _theme_table(moods[theme], len(comments), k, whole)
        for theme in sorted(moods)
        if len(moods[theme]) >= k  # D1
    }
    return shown or withheld()


def _theme_table(moods: Sequence[float], scored: int, k: int, whole: Part | None) -> Table:
    """Return the table of one theme.

    Where fewer than k others are left, count and mean would be theirs when subtracted (D3).
    """
    n = len(moods)
    enough_others = scored - n >= k
    return {
        "count": told("n", n, k) if enough_others else withheld(),
        "sentiment": _sentiment(moods, whole) if enough_others else withheld(),
        # In words: their exact count could be under k.
        "negative": portion(sum(mood <= NEGATIVE for mood in moods), n),
    }


def _sentiment(moods: Sequence[float], whole: Part | None) -> Table:
    """Return the mean, unless beside the whole's it tells that all others all but agree (D6)."""
    n = len(moods)
    shown = shown_mean(sum(moods) / n, n, COMPOUND_LOW, COMPOUND_HIGH)
    part = as_told(shown, n, COMPOUND_LOW, COMPOUND_HIGH, None)
    if whole is not None and not may_be_subtracted(whole, [part]):
        return withheld()
    return mean_table(shown)
