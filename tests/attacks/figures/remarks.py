"""Comments of a program less those of its circle, and the mood around one joiner. D5, D8."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from unittest.mock import patch

from surveys import tabulation
from surveys.disclosure import Cell
from tests.attacks.figures import switches
from tests.attacks.figures.inventions import SCALES, Ballot, Table, cells_of, circles, released
from tests.attacks.frame import Attack


@dataclass(frozen=True)
class Written:
    """A circle, and what few people beside it wrote."""

    ballots: tuple[Ballot, ...]
    rest: frozenset[str]


@dataclass(frozen=True)
class Lists:
    """The comments that each cell shows, in its order."""

    circle: tuple[str, ...]
    program: tuple[str, ...]


def _ballot(cell: int, text: str | None) -> Ballot:
    values: dict[str, object] = dict.fromkeys(SCALES, 4)
    return Ballot(cell, values if text is None else values | {"say": text})


def invent(rng: Random) -> Written:
    """Return a circle of five to fourteen, and one to seven beside it who all wrote."""
    texts = iter(rng.sample(range(1000, 9999), 40))
    circle = [
        _ballot(1, f"0.1 {next(texts)}" if rng.random() < 0.6 else None)
        for _ in range(rng.randint(5, 14))
    ]
    rest = [_ballot(0, f"0.1 {next(texts)}") for _ in range(rng.randint(1, 7))]
    return Written((*circle, *rest), frozenset(str(one.values["say"]) for one in rest))


def show(truth: Written) -> Lists:
    """Return the release's comments."""
    shown = released(truth.ballots, circles(1), seed=len(truth.ballots)).comments
    texts = {
        name: tuple(one.text for one in shown if one.cell == name) for name in ("1", "program")
    }
    return Lists(texts["1"], texts["program"])


def hide(seen: Lists) -> Lists:
    """Return the program's comments alone: nothing is there to take off."""
    return replace(seen, circle=())


def claim(seen: Lists) -> str | None:
    """Return the comment that is the program's and not the circle's, the first of several."""
    return next((text for text in seen.program if text not in seen.circle), None)


def score(truth: Written, text: str | None) -> float:
    """Return 1 for a comment of the few beside the circle."""
    return float(text in truth.rest)


def _everything(
    root: Cell, comments: Mapping[str, int], _k: int, shown: frozenset[str]
) -> dict[str, tuple[str, ...]]:
    """Return each shown cell with all comments beneath it: what a naive list would do."""
    below = {"1": ("1",), "program": ("program", "1")}
    return {cell: below[cell] for cell in shown if any(comments.get(s) for s in below[cell])}


@dataclass(frozen=True)
class Moods:
    """What the others' comments score, and which extreme the joiner's is."""

    others: tuple[float, ...]
    joiner: float


@dataclass(frozen=True)
class Means:
    """The sentiment of two rounds around the joiner."""

    n: int
    before: Table | None
    after: Table | None


def invent_moods(rng: Random) -> Moods:
    """Return five to nineteen who write alike twice, and a joiner who is delighted or furious."""
    others = (max(-1.0, min(1.0, rng.gauss(0.2, 0.4))) for _ in range(rng.randint(5, 19)))
    return Moods(tuple(round(mood, 4) for mood in others), rng.choice((-0.95, 0.95)))


def _mood(moods: Sequence[float]) -> Table | None:
    ballots = [_ballot(0, f"{mood} text") for mood in moods]
    table: Table = cells_of(ballots, circles(0))["program"]["sentiment"]
    return None if "withheld" in table else table


def show_moods(truth: Moods) -> Means:
    """Return the sentiment tables of both rounds."""
    return Means(len(truth.others), _mood(truth.others), _mood((*truth.others, truth.joiner)))


def hide_after(seen: Means) -> Means:
    """Return the round before alone."""
    return replace(seen, after=None)


def claim_mood(seen: Means) -> int:
    """Return 1 where the mean rose, -1 where it fell, and 1 where nothing is to be seen."""
    if seen.before is None or seen.after is None:
        return 1
    return -1 if seen.after["mean"] < seen.before["mean"] else 1


def score_mood(truth: Moods, sign: int) -> float:
    """Return 1 for the joiner's side."""
    return float(sign * truth.joiner > 0)


ATTACKS = (
    Attack(
        name="comments of the program less the circle's",
        role="admin",
        given="all comments shown of a program, a circle and one to seven people beside it",
        best="takes the circle's comments off: a comment of the few beside it",
        defence="every cell lists all comments beneath it",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=lambda: patch.object(tabulation, "place_comments", _everything),
        bite=0.15,
        trials_without=300,
    ),
    Attack(
        name="one extreme comment of a joiner",
        role="admin",
        given="the sentiment of two rounds of 5 to 19 who write alike, around one joiner's "
        "extreme comment",
        best="whether the mean rose or fell: whether that comment was glad or furious",
        defence="exact means",
        invent=invent_moods,
        show=show_moods,
        hide=hide_after,
        claim=claim_mood,
        score=score_mood,
        without=switches.exact_means,
        margin=0.42,
        bite=0.35,
        trials=600,
    ),
)
