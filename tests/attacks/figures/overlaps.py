"""Many programs with nearly the same people, each of all but one. D5."""

from dataclasses import dataclass, replace
from random import Random

from tests.attacks.figures import switches
from tests.attacks.figures.guessing import HABITS, POINTS, Table, fits, likeliest, sums
from tests.attacks.figures.inventions import SCALES, Ballot, a_point, cells_of, circles, mean_table
from tests.attacks.frame import Attack


@dataclass(frozen=True)
class Truth:
    """What everybody answers in every program; the first is looked for."""

    people: tuple[int, ...]


@dataclass(frozen=True)
class Seen:
    """The table of the program of all, and of each that leaves one person out."""

    n: int
    everybody: Table | None
    without: tuple[Table | None, ...]


def invent(rng: Random) -> Truth:
    """Return ten to twenty-five people."""
    return Truth(tuple(a_point(rng) for _ in range(rng.randint(10, 25))))


def _table(answers: tuple[int, ...]) -> Table | None:
    ballots = [Ballot(0, dict.fromkeys(SCALES, point)) for point in answers]
    return mean_table(cells_of(ballots, circles(0)), "program")


def show(truth: Truth) -> Seen:
    """Return the releases of as many programs as there are people, and one more."""
    people = truth.people
    without = tuple(_table(people[:at] + people[at + 1 :]) for at in range(len(people)))
    return Seen(len(people), _table(people), without)


def hide(seen: Seen) -> Seen:
    """Return the program of all alone."""
    return replace(seen, without=(None,) * seen.n)


def claim(seen: Seen) -> int:
    """Return the first person's likeliest answer; the other programs narrow the sum of all."""
    right = fits(seen.everybody, seen.n)
    rules = [fits(table, seen.n - 1) for table in seen.without]
    weights = dict.fromkeys(POINTS, 0.0)
    for total, weight in sums(seen.n).items():
        if not right(total):
            continue
        for rule in rules[1:]:
            weight *= sum(h for p, h in zip(POINTS, HABITS, strict=True) if rule(total - p))
        for point, habit in zip(POINTS, HABITS, strict=True):
            weights[point] += weight * habit * rules[0](total - point)
    return likeliest(weights)


def score(truth: Truth, guess: int) -> float:
    """Return 1 for the first person's own answer."""
    return float(guess == truth.people[0])


ATTACKS = (
    Attack(
        name="programs that leave one person out each",
        role="admin",
        given="the releases of a program of 10 to 25 and of as many more, each of all but one "
        "person; all answer alike in all",
        best="weighs every sum that the rounded means allow: one person's answer",
        defence="exact means",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.exact_means,
        margin=0.42,
        bite=0.4,
        trials=80,
        trials_without=20,
    ),
)
