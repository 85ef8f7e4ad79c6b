"""Work out where the marks of a profile stand; templates draw them. See app/results/charts.py."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.results.charts import percent, share_of_scale
from app.results.words import said
from surveys.disclosure import ShownMean
from surveys.feedback import Profile, SeenSkill

_TOP, _ROW, _BELOW = 24, 52, 8  # pixels: the scale's figures, one skill, the space beneath
_NAME, _LINE = 16, 34  # pixels from the top of a skill's row
_FIRST, _WIDTH = 0.03, 0.94  # of the width: marks keep their shape at both ends


@dataclass(frozen=True)
class OwnMark:
    """A mean with what its rounding hides: a strip from `x` on, and a point."""

    x: str
    width: str
    middle: str
    open: bool


@dataclass(frozen=True)
class SkillMarks:
    """One skill's row; None is withheld, or not asked."""

    name: str
    top: int
    name_y: int
    line_y: int
    own: OwnMark | None
    beside: str | None
    rated: str | None


@dataclass(frozen=True)
class ProfileChart:
    """Everything that a profile's drawing needs; `grid` has a figure and its place each."""

    grid: tuple[tuple[int, str], ...]
    rows: tuple[SkillMarks, ...]
    first: str
    last: str
    height: int


def profile_chart(own: Profile, beside: Profile, rated: Mapping[str, int]) -> ProfileChart:
    """Return the chart of a profile.

    :param beside: the program's, over the same skills.
    :param rated: how somebody rated themselves, by item id.
    """
    points = own[0].item.points
    return ProfileChart(
        grid=tuple((point, _place(own[0], point)) for point in points),
        rows=tuple(
            _row(number, seen, there, rated.get(seen.item.id))
            for number, (seen, there) in enumerate(zip(own, beside, strict=True))
        ),
        first=percent(_FIRST),
        last=percent(_FIRST + _WIDTH),
        height=_TOP + _ROW * len(own) + _BELOW,
    )


def _row(number: int, own: SeenSkill, beside: SeenSkill, rated: int | None) -> SkillMarks:
    top = _TOP + number * _ROW
    return SkillMarks(
        name=said(own.item.text),
        top=top,
        name_y=top + _NAME,
        line_y=top + _LINE,
        own=None if own.mean is None else _own_mark(own, own.mean),
        beside=None if beside.mean is None else _place(own, beside.mean.mean),
        rated=None if rated is None else _place(own, rated),
    )


def _own_mark(seen: SeenSkill, mean: ShownMean) -> OwnMark:
    low, high = seen.item.points[0], seen.item.points[-1]
    start = low if mean.open == "or less" else mean.mean - mean.step / 2
    end = high if mean.open == "or more" else mean.mean + mean.step / 2
    return OwnMark(
        x=_place(seen, start),
        width=percent(_WIDTH * (end - start) / (high - low)),
        middle=_place(seen, mean.mean),
        open=mean.open is not None,
    )


def _place(seen: SeenSkill, value: float) -> str:
    points = seen.item.points
    share = share_of_scale(ShownMean(value, 0, None), points[0], points[-1])
    return percent(_FIRST + _WIDTH * share)
