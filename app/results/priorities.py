"""Which questions stand low and move with wellbeing: a program's priority chart and its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from app.results.cells import read_cell
from app.results.charts import share_of_scale
from app.results.service import ReleasedRound
from app.results.words import figure, mean_words, said
from surveys.disclosure import ShownMean
from surveys.items import Form, Item
from surveys.priorities import (
    PRIORITY_WORDS,
    STRONG_FROM,
    Correlation,
    Priority,
    Strength,
    pooled,
    priorities,
)

MOST_ROUNDS = 12  # about half a year: who is in a program changes
HEIGHT = 320
_TOP, _BOTTOM = 44, 284  # pixels; the words of the corners stand above, those of the axis beneath
_LEFT, _RIGHT = 10.0, 94.0  # percent
_LOWEST, _HIGHEST = -0.25, 1.0  # of a correlation; what lies beyond is drawn at the edge
_APART_X, _APART_Y = 7.5, 24.0  # percent and pixels that keep two marks from covering each other
_ASIDE = 1.5  # percent by which a mark is moved at a time
_GRID = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Mark:
    """A question in the chart, by its number: its place, and the ends of its interval."""

    number: int
    x: float
    y: float
    top: float
    bottom: float
    priority: Priority

    @property
    def across(self) -> str:
        """Return its place across as an SVG length."""
        return f"{self.x:.1f}%"


@dataclass(frozen=True)
class PriorityRow:
    """A question in the table, in words.

    :ivar mark: where it is drawn; `strength` what is drawn of how it moves.
    """

    number: int
    text: str
    stands: str
    moves: str
    words: str
    first: bool
    mark: Mark
    strength: Strength


@dataclass(frozen=True)
class PriorityChart:
    """Everything that the chart and its table need.

    :ivar average: where across the mean of the questions stands, in percent.
    :ivar strong: how high a question has to be drawn to be said to move with wellbeing.
    :ivar grid: lines across, each with its value in words.
    """

    marks: tuple[Mark, ...]
    rows: tuple[PriorityRow, ...]
    average: float
    strong: float
    grid: tuple[tuple[str, float], ...]
    rounds: int
    top: int = _TOP
    bottom: int = _BOTTOM
    height: int = HEIGHT
    strong_from: float = STRONG_FROM
    lowest: float = _LOWEST
    highest: float = _HIGHEST


def priority_chart(rounds: Sequence[ReleasedRound], form: Form) -> PriorityChart | None:
    """Return the chart after the last of these rounds, None if it can't be drawn.

    :param rounds: a program's rounds up to the one looked at, oldest first, whose score is made of
        the same questions. A question counts in those that asked it in the same words.
    :param form: of the last of them.
    """
    if not rounds:
        return None
    latest = read_cell(rounds[-1].cell())
    known = [_together(entry, rounds[-1]) for entry in rounds[-MOST_ROUNDS:]]
    items = [
        item
        for item in form.items
        if item.id in latest.items and any(item.id in each for each in known)
    ]
    if not items:
        return None
    strengths = {
        item.id: pooled([each[item.id] for each in known if item.id in each]) for item in items
    }
    levels = {item.id: _level(item, latest.items[item.id]) for item in items}
    return _chart(items, latest.items, levels, strengths)


def _together(entry: ReleasedRound, latest: ReleasedRound) -> dict[str, Correlation]:
    """Return what a round tells of the questions that the latest one asks in the same words."""
    return {
        name: told
        for name, told in read_cell(entry.cell()).together.items()
        if entry.asked.get(name) == latest.asked.get(name)
    }


def _level(item: Item, mean: ShownMean) -> float:
    return share_of_scale(mean, item.points[0], item.points[-1])


def _chart(
    items: Sequence[Item],
    means: Mapping[str, ShownMean],
    levels: Mapping[str, float],
    strengths: Mapping[str, Strength],
) -> PriorityChart:
    found = priorities(levels, strengths)
    average = _across(sum(levels.values()) / len(levels))
    order = {priority: place for place, priority in enumerate(PRIORITY_WORDS)}
    ranked = sorted(items, key=lambda item: (order[found[item.id]], levels[item.id]))
    marks = [
        _mark(number, levels[item.id], strengths[item.id], found[item.id])
        for number, item in enumerate(ranked, start=1)
    ]
    placed = _apart(marks, average)
    return PriorityChart(
        marks=placed,
        rows=tuple(
            PriorityRow(
                number=number,
                text=said(item.text),
                stands=mean_words(means[item.id]),
                moves=_strength_words(strengths[item.id]),
                words=PRIORITY_WORDS[found[item.id]],
                first=found[item.id] == "look first",
                mark=mark,
                strength=strengths[item.id],
            )
            for number, (item, mark) in enumerate(zip(ranked, placed, strict=True), start=1)
        ),
        average=round(average, 1),
        strong=_down(STRONG_FROM),
        grid=tuple((figure(value), _down(value)) for value in _GRID),
        rounds=max(strength.rounds for strength in strengths.values()),
    )


def _mark(number: int, level: float, strength: Strength, priority: Priority) -> Mark:
    return Mark(
        number=number,
        x=_across(level),
        y=_down(strength.value),
        top=_down(strength.high),
        bottom=_down(strength.low),
        priority=priority,
    )


def _apart(marks: Sequence[Mark], average: float) -> tuple[Mark, ...]:
    """Return the marks, moved outward where one would lie on another; the table has the figures."""
    placed: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: abs(mark.x - average)):
        side = -1 if mark.x < average else 1
        while any(_covers(mark, other) for other in placed) and 0 < mark.x < _RIGHT:
            mark = replace(mark, x=mark.x + side * _ASIDE)
        placed.append(mark)
    return tuple(sorted(placed, key=lambda mark: mark.number))


def _covers(mark: Mark, other: Mark) -> bool:
    return abs(mark.x - other.x) < _APART_X and abs(mark.y - other.y) < _APART_Y


def _across(level: float) -> float:
    return _LEFT + level * (_RIGHT - _LEFT)


def _down(correlation: float) -> float:
    inside = max(_LOWEST, min(_HIGHEST, correlation))
    return round(_BOTTOM - (inside - _LOWEST) / (_HIGHEST - _LOWEST) * (_BOTTOM - _TOP), 1)


def _strength_words(strength: Strength) -> str:
    """Return a correlation with its interval, to one decimal: no more is known."""
    value, low, high = (f"{part:.1f}" for part in (strength.value, strength.low, strength.high))
    told = _("%(value)s, likely between %(low)s and %(high)s", value=value, low=low, high=high)
    return told.replace("-0.0", "0.0")
