"""Histograms hide small and overwhelming bins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.histograms import Run, histogram, merged_runs


def counter(counts: list[int]):
    def count(run: Run) -> int:
        return sum(counts[run[0] : run[1] + 1])

    return count


@pytest.mark.parametrize(
    ("counts", "runs"),
    [
        ([3, 4, 3], [(0, 0), (1, 1), (2, 2)]),
        ([0, 10, 0], [(0, 0), (1, 1), (2, 2)]),
        ([1, 4, 5], [(0, 1), (2, 2)]),
        ([4, 5, 2], [(0, 0), (1, 2)]),
        ([5, 1, 4], [(0, 0), (1, 2)]),
        ([1, 0, 0, 9], [(0, 3)]),
        ([0, 1, 9, 0], [(0, 2), (3, 3)]),
        ([2, 2, 3, 3], [(0, 1), (2, 2), (3, 3)]),
    ],
)
def test_neighbouring_bins_merge_until_each_is_empty_or_at_least_three(counts, runs):
    assert merged_runs(len(counts), counter(counts)) == runs


@given(st.lists(st.integers(0, 9), min_size=2, max_size=11).filter(lambda counts: sum(counts) > 7))
def test_no_stored_bin_counts_one_or_two(counts):
    runs = merged_runs(len(counts), counter(counts))
    assert all(counter(counts)(run) not in (1, 2) for run in runs)
    assert [place for run in runs for place in range(run[0], run[1] + 1)] == [*range(len(counts))]


def test_shares_stand_on_the_step():
    bins = histogram(["1", "2", "3"], 11, counter([4, 3, 4]))
    assert [(entry.options, entry.share) for entry in bins] == [
        (("1",), 0.35),
        (("2",), 0.25),
        (("3",), 0.35),
    ]


@pytest.mark.parametrize("counts", [[0, 20, 0], [3, 17, 0], [0, 0, 10]])
def test_beside_a_bin_above_four_fifths_nothing_else_is_told(counts):
    bins = histogram(["1", "2", "3"], sum(counts), counter(counts))
    assert [entry.over for entry in bins].count(True) == 1
    assert all(entry.share is None for entry in bins)


def test_exactly_four_fifths_is_still_told():
    bins = histogram(["1", "2"], 20, counter([16, 4]))
    assert [entry.share for entry in bins] == [0.8, 0.2]


def test_a_histogram_of_a_single_bin_is_none():
    assert histogram(["1", "2"], 10, counter([9, 1])) is None
