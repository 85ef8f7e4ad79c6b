"""Two rounds around one joiner, whose answer is the difference of two sums. D5, D6."""

from dataclasses import dataclass, replace
from random import Random

from tests.attacks.figures import switches
from tests.attacks.figures.guessing import HABITS, POINTS, Table, fits, likeliest, sums
from tests.attacks.figures.inventions import (
    ENERGY,
    SCALES,
    Ballot,
    a_point,
    cells_of,
    circles,
    mean_table,
)
from tests.attacks.frame import Attack


@dataclass(frozen=True)
class Truth:
    """Who was there before answers as before; the joiner's answer comes on top."""

    before: tuple[int, ...]
    joined: int


@dataclass(frozen=True)
class Seen:
    """Two tables of one program, and from the mails that one joined and nobody left."""

    n: int
    before: Table | None
    after: Table | None


def invent(fewest: int, most: int):
    """Return a maker of programs of so many people."""

    def make(rng: Random) -> Truth:
        return Truth(tuple(a_point(rng) for _ in range(rng.randint(fewest, most))), a_point(rng))

    return make


def _table(answers: tuple[int, ...]) -> Table | None:
    ballots = [Ballot(0, dict.fromkeys(SCALES, point)) for point in answers]
    return mean_table(cells_of(ballots, circles(0)), "program", ENERGY)


def show(truth: Truth) -> Seen:
    """Return the releases of both rounds."""
    n = len(truth.before)
    return Seen(n, _table(truth.before), _table((*truth.before, truth.joined)))


def hide(seen: Seen) -> Seen:
    """Return the round before alone: without the one after nothing is known of the joiner."""
    return replace(seen, after=None)


def claim(seen: Seen) -> int:
    """Return the joiner's likeliest answer."""
    first, second = fits(seen.before, seen.n), fits(seen.after, seen.n + 1)
    possible = {total: weight for total, weight in sums(seen.n).items() if first(total)}
    return likeliest(
        {
            point: habit * sum(w for total, w in possible.items() if second(total + point))
            for point, habit in zip(POINTS, HABITS, strict=True)
        }
    )


def score(truth: Truth, guess: int) -> float:
    """Return 1 for the joiner's own answer."""
    return float(guess == truth.joined)


def _attack(fewest: int, most: int, margin: float) -> Attack:
    return Attack(
        name=f"one joiner among {fewest} to {most}",
        role="admin",
        given=f"two releases of a program of {fewest} to {most} who answer alike both times, and "
        "that one person joined in between",
        best="weighs every sum that both rounded means allow: the joiner's answer",
        defence="exact means",
        invent=invent(fewest, most),
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.exact_means,
        margin=margin,
        bite=0.4,
    )


ATTACKS = (_attack(5, 9, 0.15), _attack(10, 19, 0.2), _attack(20, 30, 0.26))
