"""Say a share in a word, where its count is not to be told."""

from fractions import Fraction
from typing import Literal

Portion = Literal["few", "third", "half", "two thirds", "most"]
_BELOW: tuple[tuple[Fraction, Portion], ...] = (
    (Fraction(1, 4), "few"),
    (Fraction(5, 12), "third"),
    (Fraction(7, 12), "half"),
    (Fraction(3, 4), "two thirds"),
)


def portion(count: int, n: int) -> Portion:
    """Return the common part nearest to `count` of `n`; the outer two are open, as in D6."""
    share = Fraction(count, n)
    return next((word for limit, word in _BELOW if share < limit), "most")
