"""What is kept of how questions move together, and what is made of it."""

from random import Random
from statistics import correlation, fmean

import pytest

from surveys.answers import Answers
from surveys.cell_tree import CellNode
from surveys.comoments import Comoments, PairSum, correlation_step, shown_correlation
from surveys.instruments import form_of, instrument
from surveys.items import Form, Item
from surveys.priorities import Correlation, Strength, pooled, priorities
from surveys.scoring import scored_items
from surveys.sentiment import Sentiment
from surveys.tabulation import release
from surveys.tally import Tally

ITEMS = ("pulse_energy", "pulse_workload", "pulse_support")
EXTRA = Item("extra", "scale", {"en": "Extra"}, min=0, max=10)
FORM = Form({"en": "Form"}, (*form_of(instrument("pulse"), (), ITEMS).items, EXTRA))


def people(number: int, seed: int = 1) -> list[dict[str, int]]:
    """Return answers that have a person's own level in common; nobody's mean is at an end."""
    rng = Random(seed)
    rows = []
    for _ in range(number):
        level = rng.gauss(3, 1)
        row = {name: max(1, min(5, round(rng.gauss(level, 0.7)))) for name in ITEMS}
        rows.append(row | {"extra": rng.randint(3, 7)})
    return rows


def tables(rows: list[dict[str, int]], circle: int = 0, *, of_program: bool = True) -> dict:
    """Return the cells of a release; the last `circle` people are in a circle."""
    tally = Tally(FORM, 2)
    for number, row in enumerate(rows):
        tally.add(Answers(int(number >= len(rows) - circle), row, {}))
    made = release(
        tally,
        CellNode("program", 0, (CellNode("1", 1),)),
        5,
        list(tally.ballots),
        scorer=lambda text: Sentiment(None, "en"),
        mask=str,
        rng=Random(7),
        of_program=of_program,
    )
    return made.tables["cells"]  # type: ignore[return-value]


def test_a_question_is_held_against_the_others_and_never_against_itself() -> None:
    rows = people(60)
    counted = Comoments(FORM, scored_items(FORM))
    for row in rows:
        counted.add(row)
    for name in ITEMS:
        rest = [sum(row[other] for other in ITEMS if other != name) for row in rows]
        exact = correlation([row[name] for row in rows], rest)
        assert counted.pairs[name].correlation() == pytest.approx(exact)
    score = [sum(row[name] for name in ITEMS) for row in rows]
    exact = correlation([row["extra"] for row in rows], score)
    assert counted.pairs["extra"].correlation() == pytest.approx(exact)


def test_two_processes_count_what_one_does_and_incomplete_ballots_count_not() -> None:
    rows, whole, half, rest = people(30), *(Comoments(FORM, scored_items(FORM)) for _ in range(3))
    for number, row in enumerate(rows):
        whole.add(row)
        (half if number % 2 else rest).add(row)
    half.merge(rest)
    assert half.pairs == whole.pairs
    whole.add({"pulse_energy": 1, "pulse_workload": 5})
    whole.add(rows[0] | {"pulse_energy": None})  # type: ignore[dict-item]
    assert half.pairs == whole.pairs


@pytest.mark.parametrize("agreed", [(3, None), (None, 3), (3, 3)])
def test_who_all_agree_look_like_who_do_not_move_together(agreed: tuple) -> None:
    pair, rng = PairSum(), Random(1)
    for _ in range(30):
        pair.add(*(rng.randint(1, 5) if point is None else point for point in agreed))
    assert pair.correlation() == 0.0


@pytest.mark.parametrize("number", [20, 39, 40, 100])
def test_rounding_is_to_a_neighbour_on_a_coarse_grid_and_right_on_average(number: int) -> None:
    pair = PairSum()
    for row in people(number):
        pair.add(row["pulse_energy"], row["pulse_workload"])
    exact, rng = pair.correlation(), Random(2)
    shown = [shown_correlation(pair, 5, rng) for _ in range(2000)]
    values = [float(entry["with_rest"]) for entry in shown if entry]  # type: ignore[arg-type]
    step = correlation_step(number)
    assert step == (0.25 if number >= 40 else 0.5)
    assert {value % step for value in values} == {0.0}
    assert len(set(values)) == 2 and max(abs(value - exact) for value in values) < step
    assert fmean(values) == pytest.approx(exact, abs=0.03)
    assert shown[0] and shown[0]["n_from"] == number // 10 * 10


@pytest.mark.parametrize("number", [5, 19])
def test_under_twenty_nothing_is_kept_and_nothing_depends_on_it(number: int) -> None:
    cells = tables(people(number))
    assert set(map(str, cells["program"]["together"].values())) == {"{'withheld': True}"}


def test_it_is_of_the_whole_round_of_a_program_alone() -> None:
    cells = tables(people(40), circle=15)
    assert "withheld" not in cells["1"] and "together" not in cells["1"]
    assert set(cells["program"]["together"]) == {*ITEMS, "extra"}
    assert "together" not in tables(people(40), of_program=False)["program"]


def test_a_question_whose_mean_is_open_and_one_that_is_withheld_tell_nothing() -> None:
    rows = [row | {"pulse_energy": 5} for row in people(40)]
    together = tables(rows)["program"]["together"]
    assert together["pulse_energy"] == {"withheld": True}
    assert "with_rest" in together["pulse_workload"]
    for row in rows:
        del row["extra"]
    assert tables(rows)["program"]["together"]["extra"] == {"withheld": True}


def test_incomplete_ballots_do_not_help_to_twenty() -> None:
    rows = people(19) + [{"pulse_energy": 3, "pulse_workload": 3, "extra": 5}] * 10
    assert "mean" in tables(rows)["program"]["items"]["pulse_energy"]
    assert tables(rows)["program"]["together"]["pulse_energy"] == {"withheld": True}


def test_more_rounds_make_the_interval_narrower_but_never_as_more_people_would() -> None:
    one, twelve = Correlation(0.5, 0.5, 30), Correlation(0.5, 0.5, 360)
    widths = [
        strength.high - strength.low
        for strength in (pooled([one]), pooled([one] * 12), pooled([twelve]))
    ]
    assert widths[0] > widths[1] > 0.4
    assert pooled([one] * 12).value == 0.5 and pooled([one] * 12).rounds == 12
    assert pooled([Correlation(-1, 0.5, 20)]).low == -1
    assert 0.3 < pooled([Correlation(1, 0.5, 20)]).low < pooled([Correlation(1, 0.5, 20)]).high == 1


def test_the_interval_holds_what_a_program_answers_in_the_long_run() -> None:
    truth = Comoments(FORM, scored_items(FORM))
    for row in people(20_000, seed=3):
        truth.add(row)
    exact, held, trials, rng = truth.pairs["pulse_energy"].correlation(), 0, 150, Random(4)
    for trial in range(trials):
        stored = []
        for number in range(3):
            counted = Comoments(FORM, scored_items(FORM))
            for row in people(30, seed=trial * 10 + number):
                counted.add(row)
            shown = shown_correlation(counted.pairs["pulse_energy"], 5, rng)
            stored.append(Correlation(**shown))  # type: ignore[arg-type]
        strength = pooled(stored)
        held += strength.low <= exact <= strength.high
    assert held >= 0.95 * trials


STRONG, WEAK, WIDE = Strength(0.6, 0.2, 0.8, 4), Strength(0, -0.2, 0.2, 4), Strength(0.2, -1, 1, 1)


def test_each_quadrant_has_its_word_and_what_is_wide_has_none() -> None:
    levels = {"a": 0.2, "b": 0.8, "c": 0.2, "d": 0.8, "e": 0.2}
    found = priorities(levels, dict(zip("abcde", (STRONG, STRONG, WEAK, WEAK, WIDE), strict=True)))
    assert list(found.values()) == ["look first", "look next", "low alone", "leave", "unclear"]
    assert priorities({}, {}) == {}
