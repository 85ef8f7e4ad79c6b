"""Subtracting shown means tells no rest more than a mean of its own would."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.answers import Answers
from surveys.cell_tree import CellNode
from surveys.disclosure import EXACT_FROM, K_DEFAULT, shown_mean, step
from surveys.instruments import form_of, instrument
from surveys.remainders import Part, as_subtracted, as_told
from surveys.sentiment import Sentiment
from surveys.tabulation import release
from surveys.tally import Tally

PULSE = ("pulse_energy", "pulse_workload", "pulse_support")
FORM = form_of(instrument("pulse"), (), PULSE)
TREE = CellNode("program", 0, (CellNode("circle", 1),))
WITHHELD = {"withheld": True}


def cells_of(rest: list[int], circle: list[int]) -> dict[str, Any]:
    """Return the cells of a release in which each person gave every item one rating."""
    tally = Tally(FORM, 2)
    for cell, ratings in enumerate((rest, circle)):
        for rating in ratings:
            tally.add(Answers(cell, dict.fromkeys(PULSE, rating), {}))
    made = release(
        tally, TREE, K_DEFAULT, tally.ballots,
        scorer=lambda _: Sentiment(None, "en"), mask=str, rng=Random(1),
    )  # fmt: skip
    cells: dict[str, Any] = made.tables["cells"]
    return cells


def middling(n: int) -> Part:
    """Return what a mean in the middle of the scale tells."""
    half = Fraction(step(n)).limit_denominator(1000) / 2
    return Part(n, Fraction(1, 2) - half, Fraction(1, 2) + half)


def test_at_worst_the_rest_of_a_program_is_known_to_fourteen_fifteenths_of_its_step():
    """Counts are exact from 20 on; a circle of 11 leaves nine people, and the least doubt."""
    doubt = {}
    for n in range(EXACT_FROM, 100):
        for circle in range(K_DEFAULT, n - K_DEFAULT + 1):
            rest = as_subtracted(middling(n), [middling(circle)])[-1]
            assert rest.n >= K_DEFAULT
            doubt[n, circle] = (rest.high - rest.low) / rest.step
    worst = min(doubt, key=doubt.__getitem__)
    assert (worst, doubt[worst]) == ((20, 11), Fraction(14, 15))
    assert sum(width < 1 for width in doubt.values()) == 1


@given(st.lists(st.integers(5, 30), min_size=2, max_size=6), st.integers(5, 30))
def test_more_circles_leave_more_doubt(circles, rest):
    n = sum(circles) + rest
    alone = as_subtracted(middling(n), [middling(n - rest)])[-1]
    several = as_subtracted(middling(n), [middling(circle) for circle in circles])[-1]
    assert several.high - several.low >= alone.high - alone.low


def test_two_means_do_not_tell_that_the_rest_agreed_on_an_end():
    """A circle of 25 sums to 122 at least, the program of 30 to 127 at most: five times "1"."""
    cells = cells_of([1] * 5, [5] * 22 + [4] * 3)
    assert cells["program"]["items"]["pulse_energy"]["mean"] == 4.2
    assert cells["circle"]["ballots"]["n"] == "25"
    assert cells["circle"]["items"]["pulse_energy"] == WITHHELD
    assert cells["circle"]["score"] == WITHHELD


def test_means_that_leave_the_rest_open_stand_beside_each_other():
    cells = cells_of([1] * 5, [5] * 23 + [4] * 2)
    assert cells["circle"]["items"]["pulse_energy"]["open"] == "or more"


def possible_sums(rest: int, circle: int, cells: dict[str, Any]) -> list[int]:
    """Return every sum of the rest's ratings that fits what both cells show."""
    shown = [cells[name]["items"]["pulse_energy"] for name in ("program", "circle")]

    def fits(table: dict[str, Any], total: int, n: int) -> bool:
        told = shown_mean(Fraction(total, n), n, 1, 5)
        return (told.mean, told.open) == (table["mean"], table["open"])

    inner = [total for total in range(circle, 5 * circle + 1) if fits(shown[1], total, circle)]
    return [
        outer
        for outer in range(rest, 5 * rest + 1)
        if any(fits(shown[0], outer + total, rest + circle) for total in inner)
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.integers(5, 24), st.integers(5, 40), st.sampled_from([1, 5]), st.sampled_from([0, 0, 1]),
    st.integers(1, 5), st.integers(0, 40),
)  # fmt: skip
def test_whoever_tries_every_sum_finds_no_rest_that_must_agree(rest, circle, end, odd, at, up):
    outside = [end] * (rest - odd) + [3] * odd
    inside = [min(5, at + 1)] * min(up, circle) + [at] * max(0, circle - up)
    cells = cells_of(outside, inside)
    if "mean" in cells["circle"].get("items", {}).get("pulse_energy", {}):
        assert len(possible_sums(rest, circle, cells)) > 1


@pytest.mark.parametrize(("total", "first", "last"), [(5, 5, 8), (15, 14, 16), (25, 22, 25)])
def test_a_mean_tells_whole_sums(total, first, last):
    """Of five: "1.5 or less" is 5 to 8, "3" is 13.75 up to 16.25, "4.5 or more" 21.25 on."""
    told = as_told(shown_mean(Fraction(total, 5), 5, 1, 5), 5, 1, 5, 4)
    assert (5 + 20 * told.low, 5 + 20 * told.high) == (first, last)
