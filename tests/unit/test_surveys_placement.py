"""Comments climb the tree until enough people stand behind them."""

import pytest

from surveys.disclosure import Cell, shown_cells
from surveys.placement import place_comments


def placed(sizes: list[int], own: int, comments: dict[str, int], k: int = 5):
    groups = tuple(Cell(f"g{place}", size) for place, size in enumerate(sizes))
    tree = Cell("program", sum(sizes) + own, groups)
    return place_comments(tree, comments, k, shown_cells(tree, k))


@pytest.mark.parametrize(
    ("sizes", "own", "comments", "where"),
    [
        ([9, 8], 0, {"g0": 3, "g1": 3}, {"g0": ("g0",), "g1": ("g1",)}),
        (
            [9, 7],
            1,
            {"g0": 3, "g1": 2, "program": 1},
            {"g0": ("g0",), "program": ("program", "g1")},
        ),
        ([9, 7], 0, {"g0": 3, "g1": 3}, {"g0": ("g0",)}),
        ([9, 7], 1, {"g0": 2, "g1": 1}, {"program": ("program", "g0", "g1")}),
        (
            [9, 6, 3],
            0,
            {"g0": 4, "g1": 2, "g2": 1},
            {"g0": ("g0",), "program": ("program", "g1", "g2")},
        ),
        ([4, 3], 0, {"g0": 4, "g1": 3}, {}),
        ([4, 4], 0, {"g0": 2, "g1": 1}, {"program": ("program", "g0", "g1")}),
        ([4, 4], 0, {"g0": 2}, {}),
        ([3], 0, {"g0": 3}, {}),
    ],
)
def test_each_comment_is_shown_in_one_large_enough_cell_or_nowhere(sizes, own, comments, where):
    assert placed(sizes, own, comments) == where


def test_a_higher_threshold_asks_for_more_ballots():
    assert placed([9], 3, {"g0": 5}, k=10) == {"program": ("program", "g0")}
    assert placed([9], 0, {"g0": 5}, k=10) == {}


def test_no_source_is_shown_twice():
    where = placed([9, 8, 8, 3], 6, {"g0": 3, "g1": 1, "g2": 4, "g3": 1, "program": 2})
    sources = [source for group in where.values() for source in group]
    assert len(sources) == len(set(sources))
    assert set(where) == {"g0", "g2", "program"}
