"""What may be shown: the rules D1 to D6 and an attacker who adds and subtracts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.disclosure import (
    K_DEFAULT,
    K_FLOOR,
    Cell,
    ShownMean,
    band,
    band_middle,
    band_start,
    mean_of_shown,
    shown_cells,
    shown_mean,
    shown_share,
    shown_spread,
    step,
    walk,
)
from surveys.errors import CellTreeError, ThresholdError
from tests.unit.attacker import isolated


def program(*sizes: int, own: int = 0) -> Cell:
    groups = tuple(Cell(f"g{place}", size) for place, size in enumerate(sizes))
    return Cell("program", sum(sizes) + own, groups)


@pytest.mark.parametrize(
    ("tree", "k", "shown"),
    [
        (program(9, 6, 3), 5, {"program", "g0"}),
        (program(9, 6, 3, 2), 5, {"program", "g0", "g1"}),
        (program(9, 6), 5, {"program", "g0", "g1"}),
        (program(9, 6, own=3), 5, {"program", "g0"}),
        (program(9, 6, own=5), 5, {"program", "g0", "g1"}),
        (program(6, 6, own=1), 5, {"program", "g1"}),
        (program(5, own=1), 5, {"program"}),
        (program(4, 4), 5, {"program"}),
        (program(4, 4), 4, {"program", "g0", "g1"}),
        (program(3, 1), 5, set()),
        (program(), 5, set()),
        (Cell("program", 5), 5, {"program"}),
    ],
)
def test_the_remainder_beside_shown_cells_is_nobody_or_at_least_the_threshold(tree, k, shown):
    assert shown_cells(tree, k) == shown


def test_a_withheld_cell_withholds_everything_beneath_it():
    hidden = Cell("hidden", 6, (Cell("under", 6),))
    tree = Cell("organisation", 12, (Cell("large", 5), hidden, Cell("own", 1)))
    assert shown_cells(tree, 5) == {"organisation", "hidden", "under"}
    assert shown_cells(tree, 5, frozenset({"hidden"})) == {"organisation", "large"}


def test_a_barred_cell_counts_into_the_remainder():
    assert shown_cells(program(9, 6), 5, frozenset({"g1"})) == {"program", "g0"}
    assert shown_cells(program(9, 6), 5, frozenset({"program"})) == set()


def test_a_deep_chain_of_cells_needs_no_deep_stack():
    tree = Cell("0", 9)
    for depth in range(1, 3000):
        tree = Cell(str(depth), 9, (tree,))
    assert len(shown_cells(tree, 5)) == 3000


@pytest.mark.parametrize("k", [3, 0, -5, True, 5.0])
def test_a_threshold_under_the_floor_is_refused(k):
    with pytest.raises(ThresholdError):
        shown_cells(program(9, 6), k)


@pytest.mark.parametrize("k", [K_FLOOR, K_DEFAULT, 12])
def test_a_threshold_from_the_floor_on_is_taken(k):
    assert "program" in shown_cells(program(9, 6), k)


@pytest.mark.parametrize(
    "tree",
    [
        Cell("program", 8, (Cell("a", 5), Cell("b", 4))),
        Cell("program", 8, (Cell("a", 4), Cell("a", 4))),
        Cell("program", 8, (Cell("program", 4),)),
        Cell("program", 8, (Cell("a", -1),)),
    ],
)
def test_cells_that_do_not_add_up_are_refused(tree):
    with pytest.raises(CellTreeError):
        shown_cells(tree, 5)


def isolated_in(tree: Cell, shown: frozenset[str], k: int) -> list[tuple[str, ...]]:
    """Return the unions of own ballots, of 1 to k - 1 people, that shown totals add up to."""
    own = {cell.id: cell.n - sum(child.n for child in cell.children) for cell in walk(tree)}
    totals = [[part.id for part in walk(cell)] for cell in walk(tree) if cell.id in shown]
    return isolated(own, totals, k)


def test_the_attacker_wins_against_the_threshold_alone():
    tree = program(9, 6, 3)
    alone = frozenset({"program", "g0", "g1"})
    assert isolated_in(tree, alone, 5) == [("g2",)]
    assert isolated_in(tree, shown_cells(tree, 5), 5) == []


@st.composite
def trees(draw: st.DrawFn) -> Cell:
    names = iter(range(1000))

    def grow(depth: int) -> Cell:
        width = draw(st.integers(0, 4 if depth == 2 else 3)) if depth else 0
        children = tuple(grow(depth - 1) for _ in range(width))
        own = draw(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9]))
        return Cell(f"c{next(names)}", own + sum(child.n for child in children), children)

    return grow(2)


@settings(max_examples=300, deadline=None)
@given(trees(), st.sampled_from([4, 5, 7]))
def test_no_sum_or_difference_of_shown_cells_isolates_fewer_than_k(tree, k):
    shown = shown_cells(tree, k)
    assert isolated_in(tree, shown, k) == []
    assert all(cell.n >= k for cell in walk(tree) if cell.id in shown)
    assert (tree.id in shown) == (tree.n >= k)


@pytest.mark.parametrize(
    ("n", "k", "words", "start"),
    [
        (0, 5, "<5", 0),
        (4, 5, "<5", 0),
        (5, 5, "5-9", 5),
        (9, 5, "5-9", 5),
        (10, 5, "10-19", 10),
        (19, 5, "10-19", 10),
        (20, 5, "20", 20),
        (23, 5, "23", 23),
        (11, 12, "<12", 0),
        (12, 12, "12-19", 12),
        (24, 25, "<25", 0),
        (25, 25, "25", 25),
    ],
)
def test_counts_under_twenty_are_bands(n, k, words, start):
    assert band(n, k) == words
    assert band_start(n, k) == start


@pytest.mark.parametrize(
    ("n", "middle"), [(0, 2), (4, 2), (5, 7), (9, 7), (10, 14), (19, 14), (20, 20)]
)
def test_the_middle_of_a_band_is_the_same_for_all_its_counts(n, middle):
    assert band_middle(n, 5) == band_middle(band_start(n, 5), 5) == middle


@pytest.mark.parametrize(("n", "size"), [(5, 0.125), (9, 0.125), (10, 0.05), (20, 0.025)])
def test_the_step_shrinks_as_the_crowd_grows(n, size):
    assert step(n) == size


@pytest.mark.parametrize(
    ("mean", "n", "low", "high", "stored", "openness"),
    [
        (3.2, 5, 1, 5, 3.0, None),
        (3.25, 5, 1, 5, 3.5, None),
        (4.3, 5, 1, 5, 4.5, "or more"),
        (5.0, 5, 1, 5, 4.5, "or more"),
        (4.2, 5, 1, 5, 4.0, None),
        (1.0, 5, 1, 5, 1.5, "or less"),
        (3.29, 12, 1, 5, 3.2, None),
        (4.9, 12, 1, 5, 4.8, "or more"),
        (3.29, 20, 1, 5, 3.3, None),
        (5.0, 200, 1, 5, 4.9, "or more"),
        (63.0, 7, 0, 100, 62.5, None),
        (100.0, 7, 0, 100, 87.5, "or more"),
        (0.0, 30, 0, 100, 2.5, "or less"),
        (0.33, 30, -1, 1, 0.35, None),
        (1.5, 5, 1, 5, 1.5, "or less"),
        (1.2, 12, 1, 5, 1.2, "or less"),
        (1.4, 12, 1, 5, 1.4, None),
    ],
)
def test_a_mean_is_stored_on_its_step_with_open_ends(mean, n, low, high, stored, openness):
    shown = shown_mean(mean, n, low, high)
    assert (shown.mean, shown.open) == (stored, openness)
    assert shown.step == pytest.approx(step(n) * (high - low))


@pytest.mark.parametrize(
    ("spread", "n", "stored"),
    [(17.0, 9, None), (17.0, 10, 15.0), (17.6, 10, 20.0), (17.0, 20, 17.5), (0.0, 30, 2.5)],
)
def test_a_spread_needs_ten_ballots_and_never_says_that_all_agreed(spread, n, stored):
    assert shown_spread(spread, n, 0, 100) == stored


def test_a_spread_is_rounded_to_a_step_of_its_scale_wherever_that_begins():
    assert shown_spread(0.93, 10, 1, 5) == pytest.approx(1.0)
    assert shown_spread(0.29, 20, -1, 1) == pytest.approx(0.3)


def test_shares_are_rounded_to_the_step():
    assert shown_share(4, 11) == 0.35
    assert shown_share(8, 23) == 0.35
    assert shown_share(1, 3) == 0.375


@pytest.mark.parametrize(
    ("means", "weights", "expected"),
    [
        # Steps of .5 and .2: the coarser one is kept.
        ([(3.5, 0.5), (3.0, 0.2)], None, (3.5, 0.5, None)),
        ([(3.5, 0.5), (3.0, 0.2)], [1, 3], (3.0, 0.5, None)),
        ([(3.0, 0.2), (3.5, 0.5)], [3, 1], (3.0, 0.5, None)),
        # 2.15 lies halfway as stored figures mean it, though not as floats spell them.
        ([(2.1, 0.1), (2.2, 0.1)], None, (2.2, 0.1, None)),
        ([(4.0, 0.5), (4.5, 0.5), (5.0, 0.5)], None, (4.5, 0.5, "or more")),
        ([(1.0, 0.5), (1.5, 0.5)], None, (1.5, 0.5, "or less")),
    ],
)
def test_a_mean_of_stored_means_is_no_finer_than_the_coarsest(
    means: list[tuple[float, float]],
    weights: list[int] | None,
    expected: tuple[float, float, str | None],
) -> None:
    stored = [ShownMean(mean, step, None) for mean, step in means]
    assert mean_of_shown(stored, 1, 5, weights) == ShownMean(*expected)  # type: ignore[arg-type]


def test_a_mean_of_stored_means_needs_a_weight_for_each() -> None:
    stored = [ShownMean(3.0, 0.5, None)] * 2
    with pytest.raises(ValueError, match="shorter"):
        mean_of_shown(stored, 1, 5, [1])
