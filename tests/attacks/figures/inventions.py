"""Invented rounds, put through the product's own tabulation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from surveys.answers import Answers, Mailbox
from surveys.cell_tree import CellNode
from surveys.instruments import form_of, instrument
from surveys.items import Choice, Form, Item
from surveys.sentiment import Sentiment
from surveys.tabulation import Release, release
from surveys.tally import Tally

K = 5
POINTS = (1, 2, 3, 4, 5)
# How people answer such items: mostly well. Every attacker is given it.
HABITS = (0.05, 0.1, 0.2, 0.4, 0.25)
TEXT = {"en": "Question"}
SCALES = ("pulse_energy", "pulse_workload", "pulse_support")
DRINKS = ("tea", "juice", "water")
ENERGY = SCALES[0]
FORM = Form(
    TEXT,
    (
        *form_of(instrument("pulse"), (), SCALES).items,
        Item("drink", "single", TEXT, options=tuple(Choice(name, TEXT) for name in DRINKS)),
        Item("say", "comment", TEXT, max_length=500),
    ),
)
Table = dict[str, Any]
Values = Mapping[str, object]


@dataclass(frozen=True)
class Ballot:
    """What one person answered in a cell."""

    cell: int
    values: Values
    mailboxes: Mapping[str, Mailbox] = field(default_factory=dict)


def circles(number: int) -> CellNode:
    """Return the tree of a program with so many circles, as the product makes it."""
    return CellNode("program", 0, tuple(CellNode(str(n), n) for n in range(1, number + 1)))


def released(
    ballots: Iterable[Ballot],
    tree: CellNode,
    *,
    form: Form = FORM,
    k: int = K,
    papers: Sequence[int] | None = None,
    seed: int = 1,
    of_program: bool = False,
) -> Release:
    """Return the release of these ballots."""
    tally = Tally(form, len(tree.indexes()))
    for one in ballots:
        tally.add(Answers(one.cell, dict(one.values), dict(one.mailboxes)))
    return release(
        tally,
        tree,
        k,
        list(tally.ballots) if papers is None else papers,
        scorer=scored,
        mask=str,
        rng=Random(seed),
        of_program=of_program,
    )


def cells_of(ballots: Iterable[Ballot], tree: CellNode, **more: Any) -> dict[str, Table]:
    """Return the cells of the tables of these ballots' release."""
    cells: dict[str, Table] = released(ballots, tree, **more).tables["cells"]  # type: ignore[assignment]
    return cells


def scored(text: str) -> Sentiment:
    """Return a text's sentiment: invented texts are figures, which is faster than VADER."""
    return Sentiment(float(text.split()[0]), "en")


def a_point(rng: Random, habits: Sequence[float] = HABITS) -> int:
    """Return how one person answers a scale."""
    return rng.choices(POINTS, habits)[0]


def mean_table(cells: Mapping[str, Table], cell: str, item: str = ENERGY) -> Table | None:
    """Return a cell's table of an item or of the score, or None where it is withheld."""
    tables = cells[cell]
    if "withheld" in tables:
        return None
    table: Table = tables["score"] if item == "score" else tables["items"][item]
    return None if "withheld" in table else table
