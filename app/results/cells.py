"""Read one cell of a release: what it shows, and None for everything that it withholds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.change_point import Level
from surveys.disclosure import ShownMean
from surveys.histograms import Bin
from surveys.portions import Portion
from surveys.priorities import Correlation


@dataclass(frozen=True)
class Score:
    """A cell's wellbeing score, 0 to 100; `n_from` is the lower end of its band of people."""

    mean: ShownMean
    n_from: int
    sd: float | None

    @property
    def level(self) -> Level:
        """Return the score as trends and comparisons take it."""
        return Level(self.mean.mean, self.sd, self.n_from, self.mean.step)


@dataclass(frozen=True)
class Tone:
    """The sentiment of a cell's comments, -1 to 1; counts are bands.

    :ivar comments: how many wrote; None where the release keeps that to itself.
    """

    mean: ShownMean
    comments: str | None
    scored: str


@dataclass(frozen=True)
class ThemeResult:
    """A theme of a list of comments; None is what the release keeps to itself.

    :ivar count: how many comments name it, as a band, and `count_from` the band's lower end.
    :ivar negative: the portion of them that sound negative.
    """

    name: str
    count: str | None
    count_from: int | None
    mean: ShownMean | None
    negative: Portion


@dataclass(frozen=True)
class CellResult:
    """What a release says of one cell.

    :ivar people: how many answered, as a band; None if the cell is withheld.
    :ivar items: means by item id, shown ones only; `answered` the lower ends of their counts.
    :ivar together: by item id, how it moves with the rest of the score, as stored; the program's.
    :ivar commented: ids of the questions whose comments are shown in this cell.
    :ivar themes: of the comments to each question; rounds from before themes have none.
    :ivar spreads: the bins of each question whose histogram is shown.
    """

    people: str | None = None
    score: Score | None = None
    items: Mapping[str, ShownMean] = field(default_factory=dict)
    answered: Mapping[str, int] = field(default_factory=dict)
    tone: Tone | None = None
    together: Mapping[str, Correlation] = field(default_factory=dict)
    commented: frozenset[str] = frozenset()
    themes: Mapping[str, tuple[ThemeResult, ...]] = field(default_factory=dict)
    spreads: Mapping[str, tuple[Bin, ...]] = field(default_factory=dict)

    @property
    def shown(self) -> bool:
        """Return whether anything of the cell is shown."""
        return self.people is not None


WITHHELD = CellResult()  # D10: every cause of silence is this one value


def read_cell(tables: Mapping[str, Any]) -> CellResult:
    """Return a cell of the stored release as the pages show it."""
    if "withheld" in tables:
        return WITHHELD
    means = {name: _mean(table) for name, table in tables["items"].items()}
    return CellResult(
        people=tables["ballots"]["n"],
        score=_score(tables["score"]),
        items={name: mean for name, mean in means.items() if mean is not None},
        answered={
            name: table["n_from"] for name, table in tables["items"].items() if "mean" in table
        },
        tone=_tone(tables["sentiment"]),
        together=_together(tables.get("together", {})),
        commented=frozenset(item for item, table in tables["comments"].items() if "shown" in table),
        themes={item: _themes(table) for item, table in tables.get("themes", {}).items()},
        spreads={
            name: tuple(_bin(each) for each in table["histogram"]["bins"])
            for name, table in tables["items"].items()
            if "bins" in table.get("histogram", {})
        },
    )


def _mean(table: Mapping[str, Any]) -> ShownMean | None:
    """Return a table's mean; None if it is withheld, or of a choice, which has none."""
    if "mean" not in table:
        return None
    return ShownMean(table["mean"], table["step"], table["open"])


def _bin(table: Mapping[str, Any]) -> Bin:
    return Bin(tuple(table["options"]), table["share"], table["over"])


def _together(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Correlation]:
    """Return what is shown; a release from before has nothing of it."""
    return {
        name: Correlation(table["with_rest"], table["step"], table["n_from"])
        for name, table in tables.items()
        if "withheld" not in table
    }


def _score(table: Mapping[str, Any]) -> Score | None:
    mean = _mean(table)
    return None if mean is None else Score(mean, table["n_from"], table["sd"])


def _themes(tables: Mapping[str, Any]) -> tuple[ThemeResult, ...]:
    """Return the themes of one list, what is named most first as far as that is told."""
    if "withheld" in tables:
        return ()
    themes = [
        ThemeResult(
            name=name,
            count=table["count"].get("n"),
            count_from=table["count"].get("n_from"),
            mean=_mean(table["sentiment"]),
            negative=table["negative"],
        )
        for name, table in tables.items()
    ]
    return tuple(sorted(themes, key=lambda theme: (-_standing(theme), theme.name)))


def _standing(theme: ThemeResult) -> float:
    """Return how many name a theme at least; its count is withheld where nearly all do."""
    return math.inf if theme.count_from is None else theme.count_from


def _tone(table: Mapping[str, Any]) -> Tone | None:
    mean = _mean(table)
    return None if mean is None else Tone(mean, table.get("comments"), table["scored"])
