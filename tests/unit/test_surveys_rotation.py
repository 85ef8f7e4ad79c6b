"""A bank's questions take turns: each comes equally often, the core always."""

from collections import Counter
from itertools import pairwise

import pytest

from surveys.baselines import SCORE, basis_of
from surveys.instruments import check_in, instrument
from surveys.items import Item
from surveys.rotation import in_turn, rotated, weeks_between

BANK = tuple(f"q_{number}" for number in range(6))
ITEMS = tuple(Item(name, "scale", {"en": name}, min=0, max=10) for name in BANK)
PULSE = instrument("pulse")


@pytest.mark.parametrize("size", range(1, 7))
@pytest.mark.parametrize("each", range(1, 7))
def test_each_question_comes_equally_often_in_any_stretch_of_rounds(size: int, each: int) -> None:
    bank = BANK[:size]
    for start in range(4):
        counts = Counter(dict.fromkeys(bank, 0))
        for turn in range(start, start + 9):
            asked = in_turn(bank, each, turn)
            assert len(asked) == min(each, size) and asked <= set(bank)
            counts.update(asked)
            assert max(counts.values()) - min(counts.values()) <= 1
    assert in_turn(bank, each, 3) == in_turn(bank, each, 3 + size)


def test_the_core_is_asked_in_every_round_and_the_score_is_made_of_it_alone() -> None:
    form = check_in(PULSE, PULSE.default_items, beside=ITEMS)
    core = [item.id for item in form.items if item.id not in BANK]
    bases = {basis_of(form, SCORE)}
    for turn in range(5):
        asked = rotated(form, BANK, 2, turn)
        assert [item.id for item in asked.items if item.id not in BANK] == core
        assert sum(item.id in BANK for item in asked.items) == 2
        bases.add(basis_of(asked, SCORE))
    assert len(bases) == 1
    assert rotated(form, BANK, 0, 1) == rotated(form, (), 2, 1) == form


@pytest.mark.parametrize("size", range(2, 7))
@pytest.mark.parametrize("each", range(1, 6))
def test_the_weeks_between_two_askings_of_a_question_are_never_fewer(size: int, each: int) -> None:
    bank = BANK[:size]
    asked = [turn for turn in range(40) if bank[0] in in_turn(bank, each, turn)]
    closest = 2 * min(later - sooner for sooner, later in pairwise(asked))
    assert weeks_between(bank, bank, each, every_weeks=2) == closest
    assert weeks_between(["pulse_energy", *bank], bank, each, every_weeks=2) == 2
