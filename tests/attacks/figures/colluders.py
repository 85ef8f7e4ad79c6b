"""Members who tell their own answers: a mentor with c of n, an admin with invented members. D5."""

from dataclasses import dataclass, replace
from functools import cache
from random import Random

from tests.attacks.figures import switches
from tests.attacks.figures.guessing import POINTS, fits, likeliest, shown_as, sums
from tests.attacks.figures.inventions import (
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

EVENLY = (0.2,) * 5  # no answer is likelier than another, so that guessing gets least


@dataclass(frozen=True)
class Truth:
    """The answers of those who collude, one tuple for each round, and of the rest, the same."""

    known: tuple[tuple[int, ...], ...]
    rest: tuple[int, ...]


@dataclass(frozen=True)
class Seen:
    """The circle's table in each round, what the colluders answered, and how many more did."""

    rest: int
    rounds: tuple[tuple[Table | None, int], ...]
    colluders: int


def mentored(rest: int):
    """Return a maker of circles of five to nine of whom `rest` do not collude."""

    def make(rng: Random) -> Truth:
        n = rng.randint(max(K, rest), 9)
        known = tuple(a_point(rng, EVENLY) for _ in range(n - rest))
        return Truth((known,), tuple(a_point(rng, EVENLY) for _ in range(rest)))

    return make


def invented(rest: int, rounds: int):
    """Return a maker of groups of k, all invented but `rest`; what the invented say is chosen."""

    def make(rng: Random) -> Truth:
        chosen = tuple(
            spread_out(total, K - rest) for total in _best_totals(K - rest, rest)[:rounds]
        )
        return Truth(chosen, tuple(a_point(rng, EVENLY) for _ in range(rest)))

    return make


def spread_out(total: int, people: int) -> tuple[int, ...]:
    """Return answers of so many people with this sum."""
    return tuple(total // people + (place < total % people) for place in range(people))


@cache
def _best_totals(people: int, rest: int) -> tuple[int, ...]:
    """Return the sums that invented members had best have, the most telling first."""
    chosen: list[int] = []
    candidates = range(people, 5 * people + 1)
    while len(chosen) < len(candidates):
        left = [total for total in candidates if total not in chosen]
        chosen.append(max(left, key=lambda total: (_told([*chosen, total], people, rest), -total)))
    return tuple(chosen)


def _told(totals: list[int], people: int, rest: int) -> float:
    """Return how often one answer of the rest is guessed after rounds with these sums."""
    others = sums(rest - 1, EVENLY)
    groups: dict[object, dict[int, float]] = {}
    for point, habit in zip(POINTS, EVENLY, strict=True):
        for other, weight in others.items():
            signs = tuple(shown_as(total + other + point, people + rest) for total in totals)
            row = groups.setdefault(signs, {})
            row[point] = row.get(point, 0.0) + habit * weight
    return sum(max(row.values()) for row in groups.values())


def show(truth: Truth) -> Seen:
    """Return the release of each round."""
    rounds = []
    for known in truth.known:
        ballots = [Ballot(1, dict.fromkeys(SCALES, p)) for p in (*known, *truth.rest)]
        rounds.append((mean_table(cells_of(ballots, circles(1)), "1"), sum(known)))
    return Seen(len(truth.rest), tuple(rounds), len(truth.known[0]))


def hide(seen: Seen) -> Seen:
    """Return what the colluders know without any release."""
    return replace(seen, rounds=())


def claim(seen: Seen) -> int:
    """Return the likeliest answer of one of the rest."""
    n = seen.rest + seen.colluders
    rules = [(fits(table, n), known) for table, known in seen.rounds]
    return likeliest(
        {
            point: habit
            * sum(
                weight
                for others, weight in sums(seen.rest - 1, EVENLY).items()
                if all(right(known + others + point) for right, known in rules)
            )
            for point, habit in zip(POINTS, EVENLY, strict=True)
        }
    )


def score(truth: Truth, guess: int) -> float:
    """Return 1 for the answer of the first of the rest."""
    return float(guess == truth.rest[0])


def _with_mentor(rest: int, margin: float) -> Attack:
    return Attack(
        name=f"mentor and all members but {rest}",
        role="mentor with colluding members",
        given=f"the release of a circle of 5 to 9; the answers of all members but {rest}",
        best="the circle's sum less the known answers: the answer of one of the rest",
        defence="exact means",
        invent=mentored(rest),
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.exact_means,
        margin=margin,
        bite=0.05,
        trials=800,
        trials_without=600,
    )


def _with_inventions(rest: int, rounds: int, margin: float, bite: float) -> Attack:
    less = "k - 1" if rest == 1 else f"k - {rest}"
    times = "one release" if rounds == 1 else f"{rounds} releases, the real answers alike in all"
    return Attack(
        name=f"{less} invented members, {rounds} round{'s' * (rounds > 1)}",
        role="admin with invented members",
        given=f"{times}; {less} invented members who answer as is most telling",
        best="weighs the real answers that the means allow: the answer of a real person",
        defence="exact means",
        invent=invented(rest, rounds),
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=switches.exact_means,
        margin=margin,
        bite=bite,
        trials=200,
        trials_without=200,
    )


ATTACKS = (
    # An aggregate of few is a hint about each: Protocol 7 gives it to them.
    _with_mentor(2, 0.22),
    _with_mentor(3, 0.19),
    _with_mentor(4, 0.18),
    # Protocol 7 admits that k - 1 invented members tell the answers of the rest.
    _with_inventions(1, 1, 0.55, 0.4),
    _with_inventions(1, 5, 0.9, 0.4),
    _with_inventions(2, 1, 0.27, 0.03),
    _with_inventions(2, 5, 0.35, 0.03),
)
