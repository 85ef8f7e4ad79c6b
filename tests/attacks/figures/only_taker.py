"""Few people where a table could be: one taker in a circle, one who answers an optional question,
four in a circle into which a stranger votes. D0, D1, D3, and the count of papers."""

from dataclasses import dataclass, replace
from random import Random
from unittest.mock import patch

from surveys import tabulation
from tests.attacks.figures import switches
from tests.attacks.figures.guessing import fits, guess_one, likeliest, sums
from tests.attacks.figures.inventions import (
    ENERGY,
    SCALES,
    Ballot,
    K,
    Table,
    a_point,
    cells_of,
    circles,
    mean_table,
)
from tests.attacks.frame import Attack


@dataclass(frozen=True)
class Truth:
    """One person's answer, and those of others around."""

    one: int
    others: tuple[int, ...]


@dataclass(frozen=True)
class Seen:
    """The table of the few, if there is one, that of everybody, and of how many each is."""

    few: int
    own: Table | None
    n: int
    program: Table | None


def _people(fewest: int, most: int, rng: Random) -> tuple[int, ...]:
    return tuple(a_point(rng) for _ in range(rng.randint(fewest, most)))


def invent(rng: Random) -> Truth:
    """Return one taker and eight to thirty others."""
    return Truth(a_point(rng), _people(8, 30, rng))


def show_circle(truth: Truth) -> Seen:
    """Return the tables of a circle in which one answered, and of its program."""
    ballots = [Ballot(0, dict.fromkeys(SCALES, point)) for point in truth.others]
    cells = cells_of([*ballots, Ballot(1, dict.fromkeys(SCALES, truth.one))], circles(1))
    n = len(truth.others) + 1
    return Seen(1, mean_table(cells, "1"), n, mean_table(cells, "program"))


def show_optional(truth: Truth) -> Seen:
    """Return the tables of a question that one answered, and of one that all did, alike."""
    habit, asked = SCALES[1], ENERGY
    ballots = [Ballot(0, {habit: point}) for point in truth.others]
    cells = cells_of([*ballots, Ballot(0, {habit: truth.one, asked: truth.one})], circles(0))
    n = len(truth.others) + 1
    return Seen(1, mean_table(cells, "program", asked), n, mean_table(cells, "program", habit))


def hide(seen: Seen) -> Seen:
    """Return the same without the few's own table."""
    return replace(seen, own=None)


def claim(seen: Seen) -> int:
    """Return the likeliest answer of the one: from their own table, else as one of all."""
    if seen.own is not None:
        return guess_one(seen.own, seen.few)
    return guess_one(seen.program, seen.n)


def score(truth: Truth, guess: int) -> float:
    """Return 1 for the one's own answer."""
    return float(guess == truth.one)


def invent_four(rng: Random) -> Truth:
    """Return a circle of k - 1 and a program beside it; `one` is not used."""
    return Truth(0, tuple(a_point(rng) for _ in range(K - 1)))


def show_stuffed(truth: Truth) -> Seen:
    """Return the table of a circle of k - 1 in which a person of another cell voted as well."""
    ballots = [Ballot(1, dict.fromkeys(SCALES, point)) for point in truth.others]
    ballots.append(Ballot(1, dict.fromkeys(SCALES, 3)))  # the attacker's, with a paper of cell 0
    ballots += [Ballot(0, dict.fromkeys(SCALES, 4)) for _ in range(8)]
    cells = cells_of(ballots, circles(1), papers=(9, K - 1))
    return Seen(K - 1, mean_table(cells, "1"), len(ballots), mean_table(cells, "program"))


def claim_total(seen: Seen) -> int:
    """Return the likeliest sum of the k - 1, the attacker's own 3 taken off."""
    right = fits(seen.own, seen.few + 1)
    return likeliest({total: w for total, w in sums(seen.few).items() if right(total + 3)})


def score_total(truth: Truth, guess: int) -> float:
    """Return 1 for their sum, or the one beside it."""
    return float(abs(guess - sum(truth.others)) <= 1)


ATTACKS = (
    Attack(
        name="only taker of a circle",
        role="admin",
        given="the release of a program with a circle in which one person answered",
        best="the circle's table, or the program's: that person's answer",
        defence="no threshold",
        invent=invent,
        show=show_circle,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.no_threshold,
        bite=0.4,
    ),
    Attack(
        name="optional question that one answered",
        role="admin",
        given="the release of a program in which one person answered an optional question",
        best="the question's table: that person's answer",
        defence="no threshold",
        invent=invent,
        show=show_optional,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.no_threshold,
        bite=0.4,
    ),
    Attack(
        name="stranger votes into a circle of k - 1",
        role="person of another circle",
        given="the release; one own ballot cast into a circle of k - 1, to lift it to k",
        best="the circle's table less the own ballot: the sum of the others, give or take one",
        defence="papers not counted",
        invent=invent_four,
        show=show_stuffed,
        hide=hide,
        claim=claim_total,
        score=score_total,
        without=lambda: patch.object(tabulation, "_barred", lambda *_: frozenset()),
        bite=0.2,
    ),
)
