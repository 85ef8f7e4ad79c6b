"""A forecast says how often the rules would show something: checked by counting every case."""

from itertools import product
from math import comb
from random import Random

import pytest

from surveys.cell_tree import CellNode, sized
from surveys.disclosure import shown_cells
from surveys.errors import CellTreeError, ThresholdError
from surveys.forecast import (
    PastRound,
    enough,
    forecast,
    frequency_words,
    likely_response,
)
from surveys.placement import place_comments

K = 5
CLOSE = 0.04  # four standard errors of 2,000 draws


def tree(groups: int) -> CellNode:
    return CellNode("program", 0, tuple(CellNode(str(at), at) for at in range(1, groups + 1)))


def binomial(size: int, count: int, chance: float) -> float:
    return comb(size, count) * chance**count * (1 - chance) ** (size - count)


def counted(invited: list[int], response: float) -> dict[str, float]:
    """Return how often each cell is shown, by going through every possible round."""
    chances: dict[str, float] = {}
    for counts in product(*(range(size + 1) for size in invited)):
        weight = 1.0
        for size, count in zip(invited, counts, strict=True):
            weight *= binomial(size, count, response)
        for name in shown_cells(sized(tree(len(invited) - 1), counts), K):
            chances[name] = chances.get(name, 0.0) + weight
    return chances


@pytest.mark.parametrize(
    ("size", "k", "response", "chance"),
    [
        (6, 5, 0.65, 0.3191),  # DESIGN: "of six ... only a third of rounds reach five answers"
        (8, 5, 0.65, 0.7064),
        (5, 5, 0.5, 0.03125),
        (4, 5, 0.99, 0.0),
        (5, 5, 1.0, 1.0),
        (5, 5, 0.0, 0.0),
    ],
)
def test_the_chance_of_enough_answers_is_the_binomial_one(
    size: int, k: int, response: float, chance: float
) -> None:
    assert enough(size, k, response) == pytest.approx(chance, abs=5e-5)


def test_large_programs_do_not_overflow() -> None:
    assert enough(5000, 2600, 0.5) == pytest.approx(0.0023, abs=5e-4)


@pytest.mark.parametrize(
    "invited", [[0, 6], [3, 9, 6], [2, 6, 6], [7, 5, 8], [1, 8], [12], [4, 5, 5, 5]]
)
@pytest.mark.parametrize("response", [0.4, 0.65, 0.9])
def test_the_forecast_is_what_counting_every_case_gives(
    invited: list[int], response: float
) -> None:
    told = forecast(tree(len(invited) - 1), invited, K, response, rng=Random(7))
    wanted = counted(invited, response)
    most = {"program": sum(invited), **{str(at): size for at, size in enumerate(invited)}}
    for name, chances in told.items():
        assert chances.totals <= enough(most[name], K, response)
        assert chances.totals == pytest.approx(wanted.get(name, 0.0), abs=CLOSE)


def test_what_stands_beside_a_circle_counts() -> None:
    """A circle of nine with three others: their answers of one to four keep it back (D3)."""
    beside = forecast(tree(1), [3, 9], K, 0.65, rng=Random(7))["1"].totals
    alone = forecast(tree(1), [0, 9], K, 0.65, rng=Random(7))["1"].totals
    assert alone == pytest.approx(enough(9, K, 0.65), abs=CLOSE)
    assert beside < 0.1 < 0.7 < alone


def test_fewer_than_k_are_never_shown_whatever_the_response() -> None:
    told = forecast(tree(2), [20, 4, 6], K, 0.98, rng=Random(7))
    assert told["1"].totals == told["1"].comments == 0.0
    assert forecast(tree(0), [4], K, 0.98, rng=Random(7))["program"].totals == 0.0


def test_comments_need_eight_ballots_and_three_writers() -> None:
    told = forecast(tree(1), [10, 7], K, 0.9, rng=Random(7), writes=0.9)
    assert told["1"].totals > 0.5
    assert told["1"].comments == 0.0  # seven can't be eight
    assert told["program"].comments > 0.9
    silent = forecast(tree(0), [30], K, 0.9, rng=Random(7), writes=0.0)
    assert silent["program"].comments == 0.0


def test_comments_are_placed_by_the_rule_that_places_real_ones() -> None:
    """Nine who all answer and all write: the circle shows them, the program its own rest."""
    told = forecast(tree(1), [9, 9], K, 1.0, rng=Random(7), writes=1.0)
    cells = sized(tree(1), [9, 9])
    placed = place_comments(cells, {"program": 9, "1": 9}, K, shown_cells(cells, K))
    assert set(placed) == {"program", "1"}
    assert {name for name, chances in told.items() if chances.comments == 1.0} == set(placed)


def test_the_same_seed_says_the_same() -> None:
    first, again = (forecast(tree(1), [5, 8], K, 0.6, rng=Random(3)) for _ in range(2))
    assert first == again


def test_the_response_is_read_from_bands_of_the_latest_six_rounds() -> None:
    assert likely_response([]) is None
    assert likely_response([PastRound(10, 20, K)]) == pytest.approx(14 / 20)  # 10 to 19
    assert likely_response([PastRound(0, 8, K)]) == pytest.approx(2 / 8)  # withheld: 0 to 4
    early = [PastRound(40, 40, K)] * 5 + [PastRound(20, 40, K)] * 6
    assert likely_response(early) == pytest.approx(0.5)
    assert likely_response([PastRound(40, 40, K)]) == 0.98
    assert likely_response([PastRound(0, 400, K)]) == 0.05


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (1.0, "in nearly every round"),
        (0.9, "in about nine rounds in ten"),
        (0.7064, "in about two rounds in three"),
        (0.5, "in about every second round"),
        (0.3191, "in about one round in three"),
        (0.1, "in about one round in ten"),
        (0.01, "hardly ever"),
        (0.0, "never"),
    ],
)
def test_a_chance_is_told_in_words(chance: float, words: str) -> None:
    assert frequency_words(chance) == words


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(CellTreeError):
        forecast(tree(2), [5, 5], K, 0.5, rng=Random(1))
    with pytest.raises(ThresholdError):
        forecast(tree(0), [5], 3, 0.5, rng=Random(1))
