"""Somebody who can write into the ballots database adds ballots without papers. Protocol 6."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from unittest.mock import patch

from surveys import tabulation
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

LEAST = 5  # what the forger wants the group to seem to have said


@dataclass(frozen=True)
class Truth:
    """What people answered, and how many ballots were added."""

    answers: tuple[int, ...]
    added: int


@dataclass(frozen=True)
class Seen:
    """The table that is shown, and the one that would be without the additions."""

    shown: object
    honest: object


def invent(rng: Random) -> Truth:
    """Return a group of 8 to 20 all of whom answered, and 1 to 20 ballots on top."""
    return Truth(tuple(a_point(rng) for _ in range(rng.randint(8, 20))), rng.randint(1, 20))


def show(truth: Truth) -> Seen:
    """Return what readers see; papers were taken by the people alone."""
    forged = (*truth.answers, *[LEAST] * truth.added)
    papers = [len(truth.answers)]
    return Seen(_table(forged, papers), _table(truth.answers, papers))


def _table(answers: tuple[int, ...], papers: list[int]) -> object:
    ballots = [Ballot(0, dict.fromkeys(SCALES, point)) for point in answers]
    return mean_table(cells_of(ballots, circles(0), papers=papers), "program", ENERGY)


def hide(seen: Seen) -> Seen:
    """Return the honest table alone."""
    return Seen(seen.honest, seen.honest)


def claim(seen: Seen) -> bool:
    """Return whether readers see something else than people said."""
    return seen.shown is not None and seen.shown != seen.honest


def score(_truth: Truth, claimed: bool) -> float:
    """Return 1 where the result was bent."""
    return float(claimed)


@contextmanager
def papers_are_not_counted() -> Iterator[None]:
    """Show cells whatever the number of papers."""
    with patch.object(tabulation, "_barred", lambda *_: frozenset()):
        yield


ATTACKS = (
    Attack(
        name="ballots without papers",
        role="writer of the ballots database",
        given="a group all of whom answered, and 1 to 20 ballots of the attacker's own",
        best="lets the group seem content: a result that people did not give",
        defence="a cell with more ballots than papers is withheld",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=papers_are_not_counted,
        bite=0.5,
        trials=200,
    ),
)
