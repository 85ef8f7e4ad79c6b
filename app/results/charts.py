"""Work out where the lines, points and bars of a chart stand; templates draw them.

What is drawn here stands in print and where no script runs; on screen a script draws the same from
the chart's table (frontend/src/charts.ts, decision 094).

Places across are percentages and heights are pixels, so that a chart fits any width and its words
keep their size. No style is ever needed (the pages' policy forbids it): all are SVG attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from surveys.disclosure import ShownMean

HEIGHT = 200
_TOP, _BOTTOM = 16, 168  # pixels; the days stand beneath
_FIRST, _LAST = 10.0, 96.0  # percent; the values stand before, and points keep their shape
_HIGHEST = 100.0
_GRID = (0, 25, 50, 75, 100)
MOST_ROUNDS = 12
_MOST_DAYS = 4  # as many as stand side by side on a phone
_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_MARGIN = 120, 32, 4


@dataclass(frozen=True)
class Point:
    """A round's mean; `open` for one at an end of the scale, of which only a bound is known."""

    x: str
    y: float
    open: bool


@dataclass(frozen=True)
class Segment:
    """A line from one round to another; `gap` if withheld rounds lie between them."""

    x1: str
    y1: float
    x2: str
    y2: float
    gap: bool


@dataclass(frozen=True)
class Series:
    """One line of a chart, and the places of its withheld rounds."""

    points: tuple[Point, ...]
    segments: tuple[Segment, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True)
class GridLine:
    """A line across the chart with its value."""

    value: int
    y: float


@dataclass(frozen=True)
class DayMark:
    """A day beneath the chart; `anchor` keeps the outer ones inside."""

    day: date
    x: str
    anchor: str


@dataclass(frozen=True)
class Band:
    """What chance alone makes of a level: a strip across the chart around the level's line.

    :ivar value: the level in points, and `chance` how far chance moves it.
    """

    level: float
    top: float
    height: float
    value: float
    chance: float


@dataclass(frozen=True)
class TrendChart:
    """Everything that a trend's drawing needs; `event_at` is the round of the `event`'s place."""

    grid: tuple[GridLine, ...]
    days: tuple[DayMark, ...]
    main: Series
    beside: Series | None
    band: Band | None
    event: str | None
    event_at: int | None = None
    bottom: float = _BOTTOM
    height: int = HEIGHT


def trend_chart(
    days: Sequence[date],
    main: Sequence[ShownMean | None],
    beside: Sequence[ShownMean | None] | None = None,
    *,
    baseline: tuple[float, float] | None = None,
    event: int | None = None,
) -> TrendChart:
    """Return the chart of one or two series over the same rounds, on a scale of 0 to 100.

    :param days: of the rounds, oldest first; None in a series is a withheld round.
    :param baseline: a level and by how much chance moves a mean around it, in points.
    :param event: index of the round since which something has changed.
    """
    places = _places(len(days))
    return TrendChart(
        grid=tuple(GridLine(value, _height(value)) for value in _GRID),
        days=_day_marks(days, places),
        main=_series(main, places),
        beside=None if beside is None else _series(beside, places),
        band=None if baseline is None else _band(*baseline),
        event=None if event is None else places[event],
        event_at=event,
    )


def spark_points(means: Sequence[ShownMean | None]) -> tuple[str, ...]:
    """Return the lines of a small trend of 120 by 32, each as points of a polyline.

    Withheld rounds part the line; the scale always is 0 to 100, so that programs compare.
    """
    places = _places(len(means))
    lines: list[list[str]] = [[]]
    for place, mean in zip(places, means, strict=True):
        if mean is None:
            lines.append([])
            continue
        x = float(place.rstrip("%")) * _SPARK_WIDTH / 100
        share = mean.mean / _HIGHEST
        y = _SPARK_HEIGHT - _SPARK_MARGIN - share * (_SPARK_HEIGHT - 2 * _SPARK_MARGIN)
        lines[-1].append(f"{x:.1f},{y:.1f}")
    return tuple(" ".join(line) for line in lines if line)


def share_of_scale(mean: ShownMean, low: float, high: float) -> float:
    """Return where on its scale a mean stands, 0 to 1."""
    return (mean.mean - low) / (high - low)


def percent(share: float) -> str:
    """Return a share as an SVG length."""
    return f"{100 * share:.1f}%"


def _places(count: int) -> list[str]:
    """Return where rounds stand, the latest at the end; a single one stands in the middle."""
    if count == 1:
        return [f"{(_FIRST + _LAST) / 2:.2f}%"]
    width = (_LAST - _FIRST) / max(1, count - 1)
    return [f"{_FIRST + number * width:.2f}%" for number in range(count)]


def _height(value: float) -> float:
    return round(_BOTTOM - value / _HIGHEST * (_BOTTOM - _TOP), 1)


def _series(means: Sequence[ShownMean | None], places: Sequence[str]) -> Series:
    points: list[Point] = []
    segments: list[Segment] = []
    last = None
    for number, (mean, place) in enumerate(zip(means, places, strict=True)):
        if mean is None:
            continue
        point = Point(place, _height(mean.mean), mean.open is not None)
        if points and last is not None:
            before = points[-1]
            segments.append(Segment(before.x, before.y, point.x, point.y, number - last > 1))
        points.append(point)
        last = number
    withheld = tuple(place for mean, place in zip(means, places, strict=True) if mean is None)
    return Series(tuple(points), tuple(segments), withheld)


def _day_marks(days: Sequence[date], places: Sequence[str]) -> tuple[DayMark, ...]:
    """Return a few days, the first and the last always among them."""
    count = min(len(days), _MOST_DAYS)
    if count < 2:
        return tuple(DayMark(day, place, "middle") for day, place in zip(days, places, strict=True))
    chosen = [round(number * (len(days) - 1) / (count - 1)) for number in range(count)]
    anchors = ["start", *["middle"] * (count - 2), "end"]
    return tuple(
        DayMark(days[number], places[number], anchor)
        for number, anchor in zip(chosen, anchors, strict=True)
    )


def _band(level: float, chance: float) -> Band:
    top, bottom = _height(min(_HIGHEST, level + chance)), _height(max(0.0, level - chance))
    return Band(_height(level), top, round(bottom - top, 1), level, chance)
