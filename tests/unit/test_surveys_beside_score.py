"""A score less its other questions tells no question nearer to an end than its own mean does."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.answers import Answers
from surveys.beside_score import open_beside
from surveys.cell_tree import CellNode
from surveys.instruments import form_of, instrument
from surveys.remainders import Part, as_subtracted
from surveys.sentiment import Sentiment
from surveys.tabulation import release
from surveys.tally import Tally

FIVE = ("pulse_energy", "pulse_workload", "pulse_support", "pulse_belonging", "pulse_speaking_up")
FORM = form_of(instrument("pulse"), (), FIVE)
WITHHELD = {"withheld": True}


def items_of(rows: list[dict[str, int]], circle: list[dict[str, int]] | None = None) -> Any:
    """Return the cells' item tables of a release of these answers."""
    tree = CellNode("program", 0, () if circle is None else (CellNode("circle", 1),))
    tally = Tally(FORM, 1 if circle is None else 2)
    for cell, people in enumerate((rows, circle or [])):
        for row in people:
            tally.add(Answers(cell, row, {}))
    made = release(
        tally, tree, 5, tally.ballots,
        scorer=lambda _: Sentiment(None, "en"), mask=str, rng=Random(1),
    )  # fmt: skip
    cells: Any = made.tables["cells"]
    return {name: cell["items"] for name, cell in cells.items()}


def nearly_all_glad(n: int, less_glad: int) -> list[dict[str, int]]:
    """Return people who agree on the first question; of each other one some say 4."""
    return [
        {name: 5 if name == FIVE[0] or place >= less_glad else 4 for name in FIVE}
        for place in range(n)
    ]


@pytest.mark.parametrize(("n", "less_glad"), [(11, 4), (14, 5), (22, 4)])
def test_the_score_less_four_questions_does_not_tell_that_all_agree_on_the_fifth(n, less_glad):
    """Of 22, "97.5 or more" and four times "4.8" leave 110 of 110 points to the fifth."""
    items = items_of(nearly_all_glad(n, less_glad))["program"]
    assert WITHHELD in items.values()


def test_a_question_silenced_in_a_program_is_silent_in_its_circles():
    glad = nearly_all_glad(22, 4)
    items = items_of(glad[:11], glad[11:])
    silent = {name for name, table in items["program"].items() if table == WITHHELD}
    assert silent
    assert all(items["circle"][name] == WITHHELD for name in silent)


def test_ordinary_answers_keep_every_question():
    rows = [dict(zip(FIVE, (2 + place % 3, 3, 4, 4, 3), strict=True)) for place in range(12)]
    assert WITHHELD not in items_of(rows)["program"].values()


fractions = st.integers(0, 100).map(lambda hundredth: Fraction(hundredth, 100))
windows = st.tuples(fractions, fractions).map(sorted)


@given(windows, st.lists(windows, min_size=1, max_size=6), st.integers(5, 40))
def test_what_may_stand_beside_a_score_is_never_known_to_a_step_from_an_end(whole, parts, n):
    told = {str(place): Part(n, low, high) for place, (low, high) in enumerate(parts)}
    everything = Part(n * len(parts), *whole)
    kept = open_beside(everything, told, n)
    step = Part(n, Fraction(0), Fraction(1)).step
    if kept:
        for part in as_subtracted(everything, [told[name] for name in sorted(kept)]):
            assert part.high >= step
            assert part.low <= 1 - step
