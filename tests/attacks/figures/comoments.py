"""All but two collude, and one of the two has told all but one of her answers. D5, decision 066."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from random import Random

from surveys import disclosure
from surveys.comoments import PairSum
from tests.attacks.figures import switches
from tests.attacks.figures.guessing import likeliest
from tests.attacks.figures.inventions import (
    ENERGY,
    POINTS,
    SCALES,
    Ballot,
    Table,
    cells_of,
    circles,
    mean_table,
)
from tests.attacks.frame import Attack

CIRCLE = 10  # shown, so that the questions have no histograms
LEVEL_SD, ITEM_SD = 0.8, 0.6  # points of five: between people, and of one question
Row = tuple[int, ...]  # one person's answers to SCALES
Tables = dict[str, Table | None]


@dataclass(frozen=True)
class Truth:
    """Everybody's answers; the first is hers who is attacked, the second another honest one."""

    rows: tuple[Row, ...]
    seed: int


@dataclass(frozen=True)
class Seen:
    """What the program's cell shows, what the colluders answered, and what she told."""

    tables: Tables
    together: dict[str, Table]
    colluders: tuple[Row, ...]
    told: Row


def invent(rng: Random) -> Truth:
    """Return twenty to twenty-four people whose answers have their own level in common."""
    people = rng.randint(20, 24)
    return Truth(tuple(_person(rng) for _ in range(people)), rng.getrandbits(32))


def _person(rng: Random) -> Row:
    level = rng.gauss(3.6, LEVEL_SD)
    return tuple(max(POINTS[0], min(POINTS[-1], round(rng.gauss(level, ITEM_SD)))) for _ in SCALES)


def show(truth: Truth) -> Seen:
    """Return the release of a program with one circle of colluders."""
    size = len(truth.rows)
    ballots = [
        Ballot(int(number >= size - CIRCLE), dict(zip(SCALES, row, strict=True)))
        for number, row in enumerate(truth.rows)
    ]
    cells = cells_of(ballots, circles(1), seed=truth.seed, of_program=True)
    tables = {name: mean_table(cells, "program", name) for name in (*SCALES, "score")}
    her, _, *others = truth.rows
    return Seen(tables, cells["program"]["together"], tuple(others), her[1:])


def hide(seen: Seen) -> Seen:
    """Return the same without what moves together."""
    return replace(seen, together={})


def claim(seen: Seen) -> int:
    """Return her likeliest answer to the question that she has not told."""
    known = [_pair(seen.colluders, place) for place in range(len(SCALES))]
    weights = dict.fromkeys(POINTS, 0.0)
    for two in _possible(seen):
        weight = _habit(two[0]) * _habit(two[1])
        for place, name in enumerate(SCALES):
            table = seen.together.get(name, {"withheld": True})
            if "withheld" not in table:
                weight *= _chance(table, _with(known[place], two, place))
        weights[two[0][0]] += weight
    return likeliest(weights)


def _possible(seen: Seen) -> Iterator[tuple[Row, Row]]:
    """Yield the answers of the two that fit all means and the spread of the score."""
    answers = [_answers(seen, place) for place in range(len(SCALES))]
    totals = [sum(row) for row in seen.colluders]
    for pairs in product(*answers):
        her, other = (tuple(pair[who] for pair in pairs) for who in (0, 1))
        if _score_fits(seen.tables["score"], [*totals, sum(her), sum(other)]):
            yield her, other


def _answers(seen: Seen, place: int) -> list[tuple[int, int]]:
    """Return what the two can have answered to one question."""
    n, total = len(seen.colluders) + 2, sum(row[place] for row in seen.colluders)
    hers = POINTS if place == 0 else (seen.told[place - 1],)
    fits = {
        both: _fits(seen.tables[SCALES[place]], (total + both) / n, n, 1, 5)
        for both in range(2 * POINTS[0], 2 * POINTS[-1] + 1)
    }
    return [(her, other) for her, other in product(hers, POINTS) if fits[her + other]]


def _fits(table: Table | None, mean: float, n: int, low: float, high: float) -> bool:
    if table is None:
        return True
    shown = disclosure.shown_mean(mean, n, low, high)
    return (shown.mean, shown.open) == (table["mean"], table["open"])


def _score_fits(table: Table | None, totals: list[int]) -> bool:
    """Return whether the people's totals over all questions can be behind the score's table."""
    if table is None:
        return True
    n, scores = len(totals), [(total / len(SCALES) - 1) * 25 for total in totals]
    mean = sum(scores) / n
    spread = math.sqrt(sum((score - mean) ** 2 for score in scores) / (n - 1))
    told = disclosure.shown_spread(spread, n, 0, 100)
    return table["sd"] in (None, told) and _fits(table, mean, n, 0, 100)


def _pair(rows: tuple[Row, ...], place: int) -> PairSum:
    pair = PairSum()
    for row in rows:
        pair.add(row[place], sum(row) - row[place])
    return pair


def _with(known: PairSum, two: tuple[Row, Row], place: int) -> float:
    """Return the correlation if the two have answered so."""
    pair = replace(known)
    for row in two:
        pair.add(row[place], sum(row) - row[place])
    return pair.correlation()


def _chance(table: Table, correlation: float) -> float:
    """Return how likely a correlation is rounded to what is shown."""
    return max(0.0, 1 - abs(correlation - table["with_rest"]) / table["step"])


def _habit(row: Row) -> float:
    """Return how usual a person's answers are: they lie near each other."""
    mean = sum(row) / len(row)
    return math.exp(-sum((point - mean) ** 2 for point in row) / (2 * ITEM_SD**2))


def score(truth: Truth, guess: int) -> float:
    """Return 1 for her own answer."""
    return float(guess == truth.rows[0][SCALES.index(ENERGY)])


ATTACKS = (
    Attack(
        name="all but two, and what moves together",
        role="mentor with colluding members",
        given="all tables of a program of 20 to 24, their own answers, those of all but two, and "
        "of one of the two all answers but one",
        best="weighs every pair of answers by the coarse correlations: her last answer",
        defence="correlations to three decimals",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.fine_correlations,
        margin=0.08,
        bite=0.1,
        trials=200,
        trials_without=120,
    ),
)
