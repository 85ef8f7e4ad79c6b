"""What is known for certain: that all of a set chose the same end of a scale. D6, D7."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from random import Random
from unittest.mock import patch

from surveys import disclosure, histograms
from surveys.cell_tree import CellNode
from surveys.instruments import form_of, instrument
from surveys.items import Form
from tests.attacks.figures import switches
from tests.attacks.figures.inventions import (
    Ballot,
    Table,
    a_point,
    cells_of,
    circles,
    mean_table,
)
from tests.attacks.frame import Attack

FIVE = (
    "pulse_energy", "pulse_workload", "pulse_support", "pulse_belonging", "pulse_speaking_up",
)  # fmt: skip
FORM = Form({"en": "Form"}, form_of(instrument("pulse"), (), FIVE).items)
Place = tuple[int, str]  # a cell and an item
Window = tuple[int, int]  # lowest and highest sum


@dataclass(frozen=True)
class Truth:
    """A round of a program with circles; everybody answered all questions."""

    tree: CellNode
    ballots: tuple[Ballot, ...]


@dataclass(frozen=True)
class Seen:
    """The tables, and how many answered in each cell."""

    tree: CellNode
    sizes: dict[int, int]
    cells: dict[str, Table]


def show(truth: Truth) -> Seen:
    """Return the release."""
    sizes = dict.fromkeys(truth.tree.indexes(), 0)
    for one in truth.ballots:
        sizes[one.cell] += 1
    return Seen(truth.tree, sizes, cells_of(truth.ballots, truth.tree, form=FORM))


def hide(seen: Seen) -> Seen:
    """Return sizes alone."""
    return replace(seen, cells={})


def invent_agreeing(rng: Random) -> Truth:
    """Return up to three circles; each cell has its own leaning, often all but to one end."""
    number = rng.randint(0, 3)
    ballots = []
    for cell in range(number + 1):
        end, firm = rng.choice((1, 5)), rng.choice((0.0, 0.8, 0.95, 1.0))
        for _ in range(rng.choice((0, 1, 3, 5, 6, 8, 11, 14, 22))):
            values = {name: end if rng.random() < firm else a_point(rng) for name in FIVE}
            ballots.append(Ballot(cell, values))
    if not ballots:
        ballots.append(Ballot(0, dict.fromkeys(FIVE, 4)))
    return Truth(circles(number), tuple(ballots))


def invent_glad(rng: Random) -> Truth:
    """Return one cell of eleven or twenty-two in which all but a few answers are the best."""
    n, few = rng.choice((11, 22)), rng.randint(2, 5)
    rows = [dict.fromkeys(FIVE, 5) for _ in range(n)]
    for name in FIVE[1:]:  # all agree on the first
        for row in rng.sample(rows, min(few, n)):
            row[name] = 4
    return Truth(circles(0), tuple(Ballot(0, row) for row in rows))


def invent_few(rng: Random) -> Truth:
    """Return one cell of ten to fifteen who all but agree, question by question."""
    rows = [dict.fromkeys(FIVE, 5) for _ in range(rng.randint(10, 15))]
    for name in FIVE:
        for row in rng.sample(rows, rng.choice((0, 0, 1, 3))):
            row[name] = rng.choice((1, 4))
    return Truth(circles(0), tuple(Ballot(0, row) for row in rows))


def _window(n: int, table: Table | None, low: float, high: float, items: int) -> Window:
    """Return the sums of `n` people's `items` answers that a table can be of."""
    least, most = n * items, 5 * n * items
    if table is None or n == 0:
        return least, most
    told = (table["mean"], table["open"])
    return _windows(disclosure.shown_mean, n, low, high, items).get(told, (least, most))


@cache
def _windows(
    rule: Callable[..., disclosure.ShownMean], n: int, low: float, high: float, items: int
) -> dict[tuple[float, str | None], Window]:
    """Return the sums that stand behind each table, by the rule that holds now."""
    least, most = n * items, 5 * n * items
    windows: dict[tuple[float, str | None], Window] = {}
    for total in range(least, most + 1):
        mean = low + Fraction(total - least, most - least) * Fraction(high - low)
        shown = rule(float(mean), n, low, high)
        told = (shown.mean, shown.open)
        windows[told] = (windows.get(told, (total, total))[0], total)
    return windows


def _rules(seen: Seen) -> list[tuple[list[Place], Window]]:
    """Return every table as a rule: which cells' and items' sums add up to what."""
    rules = []
    for node in seen.tree.nodes():
        n = sum(seen.sizes[index] for index in node.indexes())
        for name in FIVE:
            table = mean_table(seen.cells, node.id, name)
            if table is not None:
                rules.append(([(i, name) for i in node.indexes()], _window(n, table, 1, 5, 1)))
        table = mean_table(seen.cells, node.id, "score")
        if table is not None:
            places = [(index, name) for index in node.indexes() for name in FIVE]
            rules.append((places, _window(n, table, 0, 100, len(FIVE))))
    return rules


def _narrowed(seen: Seen) -> dict[Place, Window]:
    """Return what all rules together leave for each sum, narrowed until nothing moves."""
    known = {(cell, name): (n, 5 * n) for cell, n in seen.sizes.items() for name in FIVE}
    rules = _rules(seen)
    moved = True
    while moved:
        moved = False
        for places, (least, most) in rules:
            lows, highs = (sum(known[place][end] for place in places) for end in (0, 1))
            for place in places:
                low, high = known[place]
                new = (max(low, least - (highs - high)), min(high, most - (lows - low)))
                if new != (low, high):
                    known[place], moved = new, True
                    lows, highs = lows + new[0] - low, highs + new[1] - high
    return known


def claim(seen: Seen) -> dict[Place, int]:
    """Return the answers that everybody of a cell must have given, by cell and item."""
    if not seen.cells:
        return {}
    found = {}
    for (cell, name), (low, high) in _narrowed(seen).items():
        n = seen.sizes[cell]
        if n and low == high and low in (n, 5 * n):
            found[cell, name] = low // n
    return found | _from_histograms(seen)


def _from_histograms(seen: Seen) -> dict[Place, int]:
    """Return the same from bins: beside "more than 80 %" each other bin is 0 or at least 3."""
    cells = [cell for cell, n in seen.sizes.items() if n]
    n = sum(seen.sizes.values())
    found = {}
    for name in FIVE:
        table = (mean_table(seen.cells, "program", name) or {}).get("histogram", {})
        for entry in table.get("bins", ()):
            alone = len(entry["options"]) == 1
            sure = entry["share"] == 1.0 or (entry["over"] and Fraction(n, 5) <= 3)
            if alone and sure:
                found |= {(cell, name): int(entry["options"][0]) for cell in cells}
    return found


def score(truth: Truth, found: dict[Place, int]) -> float:
    """Return 1 if somebody's answer is known, and rightly."""
    answered = [(one.cell, one.values) for one in truth.ballots]
    return float(
        any(values[name] == found.get((cell, name)) for cell, values in answered for name in FIVE)
    )


def _unblunted():
    return switches.both(
        switches.exact_means, lambda: patch.object(histograms, "OPEN_ABOVE", Fraction(2))
    )


ATTACKS = (
    Attack(
        name="certainty from every table of a round",
        role="admin",
        given="a round of up to three circles whose members often agree; all tables, all sizes",
        best="intervals of whole sums, narrowed by every mean, score and histogram: an answer "
        "that is certain",
        defence="exact means and shares",
        invent=invent_agreeing,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=_unblunted,
        margin=0.02,
        bite=0.3,
        trials=200,
        trials_without=60,
    ),
    Attack(
        name="certainty from a score beside its questions",
        role="admin",
        given="a round of 11 or 22 who are nearly all glad, and all agree on one question",
        best="the score less its other questions: that all chose the best answer to this one",
        defence="questions beside any score",
        invent=invent_glad,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.beside_scores,
        margin=0.02,
        bite=0.1,
        trials=200,
        trials_without=200,
    ),
    Attack(
        name="certainty from a histogram of ten to fifteen",
        role="admin",
        given="a round of 10 to 15 of whom nearly all give the best answer; all tables",
        best='"more than 80 %" where the others are too few for a bin: that all agreed',
        defence="histograms from 2k answers on",
        invent=invent_few,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.small_histograms,
        margin=0.02,
        bite=0.3,
        trials=200,
        trials_without=60,
    ),
)
