"""The organisation's total: disjoint programs, released means, and an attacker at three levels."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.disclosure import Cell, ShownMean, band_start, shown_cells, shown_mean, walk
from surveys.organisation import ProgramScore, disjoint, organisation_score
from tests.unit.attacker import isolated

K = 5


def people(*names: str) -> frozenset[str]:
    return frozenset(names)


def score(name: str, mean: float, n: int = 12, k: int = K) -> ProgramScore:
    return ProgramScore(name, shown_mean(mean, n, 0, 100), band_start(n, k), k)


APART = {name: people(f"{name}1", f"{name}2") for name in "abcdef"}


@pytest.mark.parametrize(
    ("rosters", "chosen"),
    [
        ({}, ()),
        ({"a": people("x"), "b": people("y")}, ("a", "b")),
        ({"a": people("x"), "b": people("x", "y")}, ("b",)),  # the larger one
        ({"a": people("x", "y"), "b": people("y", "z"), "c": people("z", "w")}, ("a", "c")),
        ({"a": people(), "b": people("x")}, ("b",)),  # nobody is in it now: unknown whom it asked
    ],
)
def test_programs_with_a_common_person_are_never_both_counted(
    rosters: dict[str, frozenset[str]], chosen: tuple[str, ...]
) -> None:
    assert disjoint(rosters) == chosen


@given(st.dictionaries(st.text("abcdef", min_size=1), st.frozensets(st.integers(0, 12).map(str))))
def test_the_chosen_are_disjoint_and_no_other_could_be_added(
    rosters: dict[str, frozenset[str]],
) -> None:
    chosen = disjoint(rosters)
    counted = [person for name in chosen for person in rosters[name]]
    assert len(counted) == len(set(counted))
    for name in set(rosters) - set(chosen):
        assert not rosters[name] or rosters[name] & set(counted)


def test_it_takes_three_programs() -> None:
    scores = [score(name, 60) for name in "abc"]
    assert organisation_score(scores, APART).mean == ShownMean(60.0, 5.0, None)
    assert organisation_score(scores[:2], APART).mean is None
    overlapping = APART | {"c": people("a1", "c1")}
    assert organisation_score(scores, overlapping).mean is None


def test_what_is_withheld_names_no_program() -> None:
    made = organisation_score([score("a", 60), score("b", 70)], APART)
    assert (made.mean, made.counted, made.overlapping) == (None, (), ())


def test_programs_left_out_are_named() -> None:
    rosters = APART | {"d": people("a1")}
    made = organisation_score([score(name, 60) for name in "abcd"], rosters)
    assert (made.counted, made.overlapping) == (("a", "b", "c"), ("d",))


def test_means_weigh_by_the_middle_of_their_band_and_round_to_the_coarsest_step() -> None:
    # 5 to 9 weighs 7 at a step of 12.5; 20 and 40 weigh themselves.
    scores = [score("a", 25, n=6), score("b", 75, n=20), score("c", 70, n=40)]
    exact = Fraction(7 * 25 + 20 * 75 + 40 * 70, 67)
    assert 62.5 <= exact < 68.75
    assert organisation_score(scores, APART).mean == ShownMean(62.5, 12.5, None)


def test_all_counts_of_a_band_weigh_alike() -> None:
    rest = [score("b", 50), score("c", 90)]
    made = {organisation_score([score("a", 20, n=n), *rest], APART).mean for n in range(10, 20)}
    assert len(made) == 1


@pytest.mark.parametrize(("mean", "shown"), [(99, "or more"), (1, "or less"), (50, None)])
def test_the_ends_of_the_scale_stay_open(mean: float, shown: str | None) -> None:
    made = organisation_score([score(name, mean) for name in "abc"], APART).mean
    assert made is not None
    assert made.open == shown
    assert 5.0 <= made.mean <= 95.0


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(5, 60)), min_size=3, max_size=6))
def test_it_is_a_function_of_what_is_stored(programs: list[tuple[float, int]]) -> None:
    """Other answers behind the same stored means give the same total: it tells nothing new."""
    scores = [score(name, mean, n) for name, (mean, n) in zip("abcdef", programs, strict=False)]
    stored = [score(one.id, one.mean.mean, one.n_from) for one in scores]
    same = [one for one, two in zip(scores, stored, strict=True) if one.mean == two.mean]
    made = organisation_score(scores, APART)
    assert organisation_score(list(reversed(scores)), APART) == made
    if len(same) == len(scores):
        assert organisation_score(stored, APART) == made


# Three levels: organisation > program > group, through surveys.disclosure itself.


def program(name: str, *sizes: int, own: int = 0) -> Cell:
    groups = tuple(Cell(f"{name}{place}", size) for place, size in enumerate(sizes))
    return Cell(name, sum(sizes) + own, groups)


def organisation(*programs: Cell, own: int = 0) -> Cell:
    return Cell("organisation", sum(cell.n for cell in programs) + own, programs)


@pytest.mark.parametrize(
    ("tree", "shown"),
    [
        # The worked examples as programs of an organisation: 9, 6, 3 and 9, 6, 3, 2.
        (
            organisation(program("a", 9), program("b", 6), program("c", 3)),
            {"organisation", "a", "a0"},
        ),
        (
            organisation(program("a", 9), program("b", 6), program("c", 3), program("d", 2)),
            {"organisation", "a", "a0", "b", "b0"},
        ),
        # And as groups of each of three programs.
        (
            organisation(program("a", 9, 6, 3), program("b", 9, 6, 3), program("c", 9, 6, 3)),
            {"organisation", "a", "a0", "b", "b0", "c", "c0"},
        ),
        (
            organisation(program("a", 9, 6, 3, 2), program("b", 9, 6, 3), program("c", 8)),
            {"organisation", "a", "a0", "a1", "b", "b0", "c", "c0"},
        ),
        # A withheld program withholds its groups.
        (organisation(program("a", 9, 6), program("b", 6), program("c", 3)), {
            "organisation", "a", "a0", "a1",
        }),
    ],
)  # fmt: skip
def test_remainders_hold_at_every_level(tree: Cell, shown: set[str]) -> None:
    assert shown_cells(tree, K) == shown


@st.composite
def organisations(draw: st.DrawFn) -> Cell:
    """Draw three to five programs of up to four groups, small ones among them."""
    sizes = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9, 12])
    programs = [
        program(name, *draw(st.lists(sizes, max_size=4)), own=draw(sizes))
        for name in "abcde"[: draw(st.integers(3, 5))]
    ]
    return organisation(*programs, own=draw(st.sampled_from([0, 0, 1, 3])))


def recovered(tree: Cell, totals: list[Cell]) -> list[tuple[str, ...]]:
    """Return what fewer than k people told alone, by adding and subtracting exact totals."""
    own = {cell.id: cell.n - sum(child.n for child in cell.children) for cell in walk(tree)}
    return isolated(own, [[part.id for part in walk(cell)] for cell in totals], K)


@settings(max_examples=300, deadline=None)
@given(organisations())
def test_three_levels_give_an_attacker_nobody(tree: Cell) -> None:
    shown = shown_cells(tree, K)
    assert recovered(tree, [cell for cell in walk(tree) if cell.id in shown]) == []


@settings(max_examples=300, deadline=None)
@given(organisations(), st.data())
def test_a_total_made_of_released_programs_gives_an_attacker_nobody(
    tree: Cell, data: st.DataObject
) -> None:
    """As it is built: each program released by itself, and one more total over some of them.

    The attacker is even given the exact total, not the rounded one.
    """
    totals = [
        cell
        for one in tree.children
        for cell in walk(one)
        if cell.id in shown_cells(one, K)
    ]  # fmt: skip
    released = [one for one in tree.children if one.n >= K]
    chosen = data.draw(st.sets(st.sampled_from([one.id for one in released] or [""])))
    counted = tuple(one for one in released if one.id in chosen)
    whole = Cell("total", sum(one.n for one in counted), counted)
    parts = {cell.id: cell for cell in walk(whole)}
    assert recovered(tree, [*totals, whole] if parts else totals) == []


def test_the_attacker_bites_where_a_total_counts_a_program_that_was_withheld() -> None:
    """Switched off: a total over all programs beside 9 and 6 names the three of the third."""
    tree = organisation(program("a", 9), program("b", 6), program("c", 3))
    every = [tree, *tree.children[:2]]
    assert recovered(tree, every) == [("c0",)]
