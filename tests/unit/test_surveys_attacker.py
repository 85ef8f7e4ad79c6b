"""Nothing in a release, added and subtracted, is about fewer people than it may be."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.answers import Answers
from surveys.cell_tree import CellNode
from surveys.disclosure import SPREAD_FROM
from surveys.histograms import SMALLEST_BIN
from surveys.instruments import form_of, instrument
from surveys.items import Choice, Form, Item
from surveys.sentiment import Sentiment
from surveys.tabulation import release
from surveys.tally import Tally
from tests.unit.attacker import isolated

TEXT = {"en": "Question"}
PULSE = ("pulse_energy", "pulse_workload", "pulse_support")
DRINKS = ("tea", "juice", "water")
FORM = Form(
    TEXT,
    (
        *form_of(instrument("pulse"), (), PULSE).items,
        Item("drink", "single", TEXT, options=tuple(Choice(name, TEXT) for name in DRINKS)),
        Item("say", "comment", TEXT, max_length=500),
    ),
)
SCORED, UNSCORED = "Fine.", "Schön."
K = 5


def tree(groups: int) -> CellNode:
    return CellNode("program", 0, tuple(CellNode(f"g{n}", n) for n in range(1, groups + 1)))


def ballot(cell: int, rating: int = 4, **values: object) -> Answers:
    return Answers(cell, dict.fromkeys(PULSE, rating) | values, {})


def cells_of(ballots: Sequence[Answers], groups: int) -> dict[str, Any]:
    """Return the cells of the release of these ballots."""
    tally = Tally(FORM, groups + 1)
    for one in ballots:
        tally.add(one)
    made = release(
        tally,
        tree(groups),
        K,
        list(tally.ballots),
        scorer=lambda text: Sentiment(0.5 if text == SCORED else None, "en"),
        mask=str,
        rng=Random(1),
    )
    cells: dict[str, Any] = made.tables["cells"]
    return cells


def parts_of(ballots: Sequence[Answers], quantity: str) -> dict[tuple[str, int], int]:
    """Return how many ballots of each cell carry a value: of an item, a score, a comment."""
    parts: dict[tuple[str, int], int] = {}
    for one in ballots:
        text = one.values.get("say")
        carries = {
            "ballots": True,
            "score": sum(one.values.get(name) is not None for name in PULSE) >= 2,
            SCORED: text == SCORED,
            UNSCORED: text == UNSCORED,
        }.get(quantity, one.values.get(quantity) is not None)
        part = (quantity, one.cell)
        parts[part] = parts.get(part, 0) + carries
    return parts


def inside(node: CellNode, *quantities: str) -> list[tuple[str, int]]:
    """Return the parts that a total of this cell is of."""
    return [(quantity, index) for quantity in quantities for index in node.indexes()]


def attacks(
    ballots: Sequence[Answers], groups: int
) -> Iterator[tuple[dict[tuple[str, int], int], list[list[tuple[str, int]]], int]]:
    """Yield sizes of parts, the totals that are shown of them, and the fewest they may isolate."""
    cells = cells_of(ballots, groups)
    shown = [node for node in tree(groups).nodes() if "withheld" not in cells[node.id]]
    yield parts_of(ballots, "ballots"), [inside(node, "ballots") for node in shown], K
    scores = [node for node in shown if "n" in cells[node.id]["score"]]
    yield parts_of(ballots, "score"), [inside(node, "score") for node in scores], K
    spreads = [node for node in scores if cells[node.id]["score"]["sd"] is not None]
    yield parts_of(ballots, "score"), [inside(node, "score") for node in spreads], SPREAD_FROM
    for item in (*PULSE, "drink"):
        with_n = [node for node in shown if "n" in cells[node.id]["items"][item]]
        yield parts_of(ballots, item), [inside(node, item) for node in with_n], K
    totals = []
    for node in shown:
        if "scored" in cells[node.id]["sentiment"]:
            totals.append(inside(node, SCORED))
        if "comments" in cells[node.id]["sentiment"]:
            totals.append(inside(node, SCORED, UNSCORED))
    yield parts_of(ballots, SCORED) | parts_of(ballots, UNSCORED), totals, K


@st.composite
def rounds(draw: st.DrawFn) -> list[Answers]:
    """Draw ballots in a program and three groups; few leave something out, so rests are small."""
    ballots = []
    for cell in range(4):
        size = draw(st.sampled_from([0, 1, 4, 5, 6, 9, 11, 20, 22]))
        silent = {name: draw(st.sampled_from([0, 0, 1, 2, size])) for name in (*PULSE, "drink")}
        unscored = draw(st.sampled_from([0, 0, 1, 5, size]))
        written = unscored + draw(st.sampled_from([0, 1, 5, size]))
        for place in range(size):
            values: dict[str, object] = {"drink": DRINKS[place % 3]}
            values |= {name: None for name, few in silent.items() if place < few}
            if place < written:
                values["say"] = UNSCORED if place < unscored else SCORED
            ballots.append(ballot(cell, 1 + place % 5, **values))
    return ballots


@settings(max_examples=150, deadline=None)
@given(rounds())
def test_no_count_or_mean_had_by_adding_and_subtracting_is_about_fewer_than_k(ballots):
    for sizes, totals, fewest in attacks(ballots, 3):
        assert isolated(sizes, totals, fewest) == []


def one_more_wrote(outside: int) -> list[Answers]:
    """Return a circle in which all 22 wrote, and outside it five, of whom some wrote unscored."""
    circle = [ballot(1, say=SCORED) for _ in range(22)]
    return circle + [ballot(0, say=UNSCORED) if n < outside else ballot(0) for n in range(5)]


def test_subtracting_written_remarks_names_no_single_commenter():
    cells = cells_of(one_more_wrote(1), 1)
    assert [cells[name]["sentiment"]["scored"] for name in ("program", "g1")] == ["22", "22"]
    # 23 wrote; as all of the circle's 22 ballots were scored, that alone would name the other.
    assert "comments" not in cells["program"]["sentiment"]
    assert "23" not in str(cells)


def test_written_remarks_are_counted_where_nobody_or_enough_wrote_beside_a_circle():
    nobody = cells_of(one_more_wrote(0), 1)
    assert [nobody[name]["sentiment"]["comments"] for name in ("program", "g1")] == ["22", "22"]
    enough = cells_of(one_more_wrote(5), 1)
    assert enough["program"]["sentiment"]["comments"] == "27"


def bins_of(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the bins of an item's histogram, none if it is withheld."""
    bins: list[dict[str, Any]] = table.get("histogram", {}).get("bins", [])
    return bins


@settings(max_examples=100, deadline=None)
@given(rounds())
def test_no_bin_had_by_adding_and_subtracting_histograms_is_about_one_or_two(ballots):
    cells = cells_of(ballots, 3)
    for item in (*PULSE, "drink"):
        sizes: dict[tuple[int, str], int] = {}
        for one in ballots:
            if one.values[item] is not None:
                part = (one.cell, str(one.values[item]))
                sizes[part] = sizes.get(part, 0) + 1
        totals = [
            [part for part in sizes if part[0] in node.indexes() and part[1] in entry["options"]]
            for node in tree(3).nodes()
            for entry in bins_of(cells[node.id].get("items", {}).get(item, {}))
        ]
        assert isolated(sizes, totals, SMALLEST_BIN) == []


def test_two_exact_histograms_do_not_tell_what_one_person_chose():
    """Of 40 four chose "1", of these three in a circle of 20: shares of .1 and .15 say so."""
    inner = [ballot(1, rating, drink="tea") for rating in [1] * 3 + [3] * 17]
    outer = [ballot(0, rating, drink="tea") for rating in [1] + [3] * 19]
    cells = cells_of(inner + outer, 1)
    assert cells["g1"]["items"]["pulse_energy"]["n"] == "20"
    assert all(not bins_of(cells[name]["items"]["pulse_energy"]) for name in ("program", "g1"))


def test_a_histogram_beside_a_circles_mean_does_not_tell_that_the_rest_agreed():
    """Five "1" among 15, a circle of ten with "4.8 or more": the five would be the others."""
    cells = cells_of([ballot(1, 5)] * 10 + [ballot(0, 1)] * 5, 1)
    assert cells["g1"]["items"]["pulse_energy"]["open"] == "or more"
    assert not bins_of(cells["program"]["items"]["pulse_energy"])


def test_choices_have_their_histogram_for_the_whole_round_alone():
    ballots = [ballot(cell, drink=DRINKS[n % 2]) for cell in (0, 1) for n in range(20)]
    cells = cells_of(ballots, 1)
    shares = [entry["share"] for entry in bins_of(cells["program"]["items"]["drink"])]
    assert shares == [0.5, 0.5, 0.0]
    assert not bins_of(cells["g1"]["items"]["drink"])


def writers(cell: int, size: int, scored: int, unscored: int) -> list[Answers]:
    """Return the ballots of a cell, some with a comment that is scored or isn't."""
    texts = ([SCORED] * scored + [UNSCORED] * unscored + [None] * size)[:size]
    return [ballot(cell, say=text) if text else ballot(cell) for text in texts]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(5, 24), st.integers(5, 24), st.integers(5, 24), st.sampled_from([0, 0, 5]),
    st.sampled_from([0, 0, 1, 5]), st.sampled_from([0, 1, 2, 5]),
)  # fmt: skip
def test_bounds_pin_no_few_commenters_either(rest, circle, in_it, beside, odd_in_it, odd_beside):
    """Whoever wrote was there: scored <= written <= ballots, in the circle and in the rest."""
    inner, outer = writers(1, circle, in_it, odd_in_it), writers(0, rest, beside, odd_beside)
    cells = cells_of(inner + outer, 1)
    whole, own = (cells[name].get("sentiment", {}) for name in ("program", "g1"))
    if "comments" not in whole or "comments" in own:
        return  # the linear attacker's case
    scored = parts_of(inner + outer, SCORED) if "scored" in own else {}
    wrote = sum("say" in one.values for one in inner + outer)
    possible = [
        outside
        for outside in range(scored.get((SCORED, 0), 0), rest + 1)
        if scored.get((SCORED, 1), 0) <= wrote - outside <= circle
    ]
    assert len(possible) > 1 or possible[0] == 0 or possible[0] >= K
