"""A person who moves between two rounds from one circle to another. D5, D6."""

from dataclasses import dataclass, replace
from random import Random

from tests.attacks.figures import switches
from tests.attacks.figures.guessing import HABITS, POINTS, Table, fits, likeliest, sums
from tests.attacks.figures.inventions import SCALES, Ballot, a_point, cells_of, circles, mean_table
from tests.attacks.frame import Attack


@dataclass(frozen=True)
class Truth:
    """Two circles whose other members answer alike in both rounds, and the mover's answer."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    mover: int


@dataclass(frozen=True)
class Seen:
    """How many stayed in each circle, and the tables of both in both rounds."""

    left: int
    right: int
    first: tuple[Table | None, Table | None]
    second: tuple[Table | None, Table | None]


def invent(rng: Random) -> Truth:
    """Return two circles of five to nine, one of the first about to move."""
    left = tuple(a_point(rng) for _ in range(rng.randint(5, 8)))
    return Truth(left, tuple(a_point(rng) for _ in range(rng.randint(5, 8))), a_point(rng))


def _tables(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[Table | None, Table | None]:
    ballots = [Ballot(1, dict.fromkeys(SCALES, point)) for point in left]
    ballots += [Ballot(2, dict.fromkeys(SCALES, point)) for point in right]
    cells = cells_of(ballots, circles(2))
    return mean_table(cells, "1"), mean_table(cells, "2")


def show(truth: Truth) -> Seen:
    """Return both releases."""
    return Seen(
        len(truth.left),
        len(truth.right),
        _tables((*truth.left, truth.mover), truth.right),
        _tables(truth.left, (*truth.right, truth.mover)),
    )


def hide(seen: Seen) -> Seen:
    """Return the round before the move alone."""
    return replace(seen, second=(None, None))


def claim(seen: Seen) -> int:
    """Return the mover's likeliest answer: what one circle lost and the other gained."""
    out_first, out_second = fits(seen.first[0], seen.left + 1), fits(seen.second[0], seen.left)
    in_first, in_second = fits(seen.first[1], seen.right), fits(seen.second[1], seen.right + 1)
    left, right = sums(seen.left), sums(seen.right)
    return likeliest(
        {
            point: habit
            * sum(w for s, w in left.items() if out_first(s + point) and out_second(s))
            * sum(w for s, w in right.items() if in_first(s) and in_second(s + point))
            for point, habit in zip(POINTS, HABITS, strict=True)
        }
    )


def score(truth: Truth, guess: int) -> float:
    """Return 1 for the mover's own answer."""
    return float(guess == truth.mover)


ATTACKS = (
    Attack(
        name="person who moves between two circles",
        role="admin",
        given="two releases; all answer alike both times, and one of a circle moved to another",
        best="weighs every sum that the four rounded means allow: the mover's answer",
        defence="exact means",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.exact_means,
        margin=0.3,
        bite=0.4,
        trials=250,
        trials_without=60,
    ),
)
