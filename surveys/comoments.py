"""Count how a question moves with the rest of the wellbeing score, and coarsen what is kept of it.

Sums of the whole round alone, of ballots that answered every question of the score. What a
release stores of them is one coarse correlation for each question, rounded at random.
Source: D5; decision 066.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from surveys.disclosure import EXACT_FROM
from surveys.items import Form
from surveys.scoring import ScoredItems

FINER_FROM = 40  # ballots: twice those of the least, and so half their step
_N_GRID = 10  # of complete ballots only the tens are told: beside other counts, units tell of few


@dataclass
class PairSum:
    """Sums of two whole numbers over ballots: enough for their correlation."""

    n: int = 0
    x: int = 0
    y: int = 0
    xx: int = 0
    yy: int = 0
    xy: int = 0

    def add(self, x: int, y: int) -> None:
        """Count one ballot."""
        self.n += 1
        self.x += x
        self.y += y
        self.xx += x * x
        self.yy += y * y
        self.xy += x * y

    def merge(self, other: "PairSum") -> None:
        """Take in what another sum counted."""
        self.n += other.n
        self.x += other.x
        self.y += other.y
        self.xx += other.xx
        self.yy += other.yy
        self.xy += other.xy

    def correlation(self) -> float:
        """Return the correlation, -1 to 1; 0 where all agree, as where nothing moves together."""
        spread_x = self.n * self.xx - self.x * self.x
        spread_y = self.n * self.yy - self.y * self.y
        if spread_x <= 0 or spread_y <= 0:
            return 0.0
        return (self.n * self.xy - self.x * self.y) / math.sqrt(spread_x * spread_y)


class Comoments:
    """For each scale of a form, its sums with the ratings of the score's other questions."""

    def __init__(self, form: Form, scored: ScoredItems | None) -> None:
        scales = [item.id for item in form.items if item.type == "scale"]
        self._scored = scored.item_ids if scored else ()
        self.pairs = {name: PairSum() for name in scales} if scored else {}

    def add(self, values: Mapping[str, object]) -> None:
        """Count one ballot, if it answers every question of the score."""
        if not self._scored:
            return
        total = 0
        for name in self._scored:
            rating = values.get(name)
            if not isinstance(rating, int):
                return
            total += rating
        for name, pair in self.pairs.items():
            rating = values.get(name)
            if isinstance(rating, int):
                pair.add(rating, total - rating if name in self._scored else total)

    def merge(self, other: "Comoments") -> None:
        """Take in what another process counted of the same round."""
        for name, pair in self.pairs.items():
            pair.merge(other.pairs[name])


def correlation_step(n: int) -> float:
    """Return the step to which a correlation of `n` ballots is rounded (D5)."""
    return 0.25 if n >= FINER_FROM else 0.5


def shown_correlation(pair: PairSum, fewest: int, rng: Random) -> dict[str, object] | None:
    """Return a correlation as it may be stored, or None for a crowd that is too small.

    It is rounded to one of its two neighbours on the grid, at random and the nearer the likelier:
    on average it is right, and one ballot moves no more than the chances.

    :param fewest: ballots that it takes, 20 at least.
    :param rng: a source that can't be foretold in production.
    """
    if pair.n < max(fewest, EXACT_FROM):
        return None
    step = correlation_step(pair.n)
    below, over = divmod(pair.correlation(), step)
    shown = (below + (rng.random() < over / step)) * step
    return {"with_rest": shown, "step": step, "n_from": pair.n // _N_GRID * _N_GRID}
