"""Adding and subtracting every count and mean ever shown, to get at fewer than k people. D3."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from surveys.cell_tree import CellNode
from tests.attacks.figures import switches
from tests.attacks.figures.inventions import (
    FORM,
    SCALES,
    Ballot,
    K,
    Table,
    a_point,
    cells_of,
    mean_table,
)
from tests.attacks.frame import Attack
from tests.unit.attacker import isolated

ROUNDS = 3
QUANTITIES = ("ballots", "score", *SCALES, "drink")


@dataclass(frozen=True)
class Truth:
    """An organisation of three levels, and what everybody answered in each round."""

    tree: CellNode
    rounds: tuple[tuple[Ballot, ...], ...]


@dataclass(frozen=True)
class Seen:
    """Every release; the tree with its sizes is known to whoever set the program up."""

    tree: CellNode
    sizes: tuple[Counter[tuple[str, int]], ...]
    releases: tuple[dict[str, Table], ...]


def invent(rng: Random) -> Truth:
    """Return one to three programs with up to four groups; people move between rounds."""
    count = 0
    programs = []
    for number in range(rng.randint(1, 3)):
        places = range(count + 1, count + 1 + rng.randint(0, 4))
        groups = tuple(CellNode(f"p{number}g{place}", place + 1) for place in places)
        programs.append(CellNode(f"p{number}", count + 1, groups))
        count += 1 + len(groups)
    tree = CellNode("organisation", 0, tuple(programs))
    # Indexes are given anew, in the order of the tree.
    tree = _numbered(tree, iter(range(1000)))
    cells = list(tree.indexes())
    people = [cell for cell in cells for _ in range(rng.choice((0, 1, 2, 3, 4, 5, 6, 9, 12)))]
    rounds = []
    for _ in range(ROUNDS):
        people = [rng.choice(cells) if rng.random() < 0.05 else cell for cell in people]
        rounds.append(tuple(_ballot(rng, cell) for cell in people if rng.random() < 0.9))
    return Truth(tree, tuple(rounds))


def _numbered(node: CellNode, numbers: Iterator[int]) -> CellNode:
    index = next(numbers)
    return CellNode(node.id, index, tuple(_numbered(child, numbers) for child in node.children))


def _ballot(rng: Random, cell: int) -> Ballot:
    values: dict[str, object] = {name: a_point(rng) for name in SCALES}
    values["drink"] = rng.choice(("tea", "juice", "water"))
    for name in (*SCALES, "drink"):
        if rng.random() < 0.1:
            del values[name]
    return Ballot(cell, values or {SCALES[0]: 3})


def _sizes(ballots: tuple[Ballot, ...]) -> Counter[tuple[str, int]]:
    sizes: Counter[tuple[str, int]] = Counter()
    for one in ballots:
        answered = sum(name in one.values for name in SCALES)
        carried = {"ballots": True, "score": answered >= 2}
        for quantity in QUANTITIES:
            sizes[quantity, one.cell] += carried.get(quantity, quantity in one.values)
    return sizes


def show(truth: Truth) -> Seen:
    """Return the release of each round."""
    return Seen(
        truth.tree,
        tuple(_sizes(ballots) for ballots in truth.rounds),
        tuple(cells_of(ballots, truth.tree, form=FORM, k=K) for ballots in truth.rounds),
    )


def hide(seen: Seen) -> Seen:
    """Return the same without any release."""
    return Seen(seen.tree, (), ())


def claim(seen: Seen) -> list[tuple[int, int, str]]:
    """Return the sets of fewer than k people whose total follows: round, people, quantity."""
    found = []
    for number, (sizes, cells) in enumerate(zip(seen.sizes, seen.releases, strict=True)):
        for quantity in QUANTITIES:
            shown = [node for node in seen.tree.nodes() if _told(cells, node.id, quantity)]
            parts = {part: n for part, n in sizes.items() if part[0] == quantity}
            totals = [[(quantity, index) for index in node.indexes()] for node in shown]
            found += [
                (number, sum(parts[part] for part in union), quantity)
                for union in isolated(parts, totals, K)
            ]
    return found


def _told(cells: dict[str, Table], cell: str, quantity: str) -> bool:
    if quantity == "ballots":
        return "ballots" in cells[cell]
    return mean_table(cells, cell, quantity) is not None


def score(truth: Truth, found: list[tuple[int, int, str]]) -> float:
    """Return 1 if the total of fewer than k people was recovered anywhere."""
    return float(any(0 < people < K for _, people, _ in found))


ATTACKS = (
    Attack(
        name="linear algebra over every table",
        role="admin",
        given="three rounds of an organisation of three levels, people moving and skipping "
        "questions; all tables and the true sizes",
        best="linear algebra over all shown totals: the total of fewer than k people",
        defence="D1 without D3",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=lambda: switches.both(switches.no_remainders, switches.together),
        margin=0.05,
        bite=0.3,
        trials=80,
        trials_without=40,
    ),
)
