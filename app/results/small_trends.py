"""Work out the small trend of a row: lines, a band for chance, and the latest point."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.results.charts import spark_points
from surveys.disclosure import ShownMean

_HIGH, _LOW, _HIGHEST = 4.0, 28.0, 100.0  # pixels of a drawing of 120 by 32, points


@dataclass(frozen=True)
class SmallTrend:
    """A small trend on a scale of 0 to 100.

    :ivar lines: each the points of a polyline; withheld rounds part them.
    :ivar band: top and height of a strip: what chance makes of the level; None if not known.
    :ivar last: place of the latest round, None if it is withheld.
    """

    lines: tuple[str, ...]
    band: tuple[float, float] | None
    last: tuple[str, str] | None


def small_trend(
    means: Sequence[ShownMean | None], band: tuple[int, int] | None
) -> SmallTrend | None:
    """Return the drawing of these rounds, oldest first; None if none of them is shown.

    :param band: a level and by how much chance moves a mean around it, in points.
    """
    lines = spark_points(means)
    if not lines:
        return None
    last = None
    if means[-1] is not None:
        x, _, y = lines[-1].rpartition(" ")[2].partition(",")
        last = x, y
    return SmallTrend(lines, None if band is None else _strip(*band), last)


def _strip(level: float, chance: float) -> tuple[float, float]:
    top, bottom = _y(min(_HIGHEST, level + chance)), _y(max(0.0, level - chance))
    return top, round(bottom - top, 1)


def _y(value: float) -> float:
    return round(_LOW - value / _HIGHEST * (_LOW - _HIGH), 1)
