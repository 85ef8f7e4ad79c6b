"""Scores run from 0 (worst) to 100 (best)."""

from dataclasses import replace

import pytest

from surveys.errors import InvalidAnswerError, UnknownInstrumentError
from surveys.instruments import form_of, instrument
from surveys.items import Form
from surveys.scoring import score, score_pulse, score_who5, scored_items


@pytest.mark.parametrize(
    ("ratings", "asked", "expected"),
    [
        ([1, 1, 1, 1, 1], 5, 0),
        ([5, 5, 5, 5, 5], 5, 100),
        ([3, 4, 3, 4, 3], 5, 60),
        ([5, 4, 3, 3], 5, 68.75),
        ([4, 4], 3, 75),
        ([4, 4, 4], 5, None),
        ([4, 4, 4, 4], 6, 75),
        ([], 5, None),
    ],
)
def test_the_pulse_needs_two_thirds_of_its_items(ratings, asked, expected):
    assert score_pulse(ratings, asked) == expected


@pytest.mark.parametrize(("ratings", "asked"), [([0, 3, 3], 3), ([6, 3, 3], 3), ([3, 3, 3, 3], 3)])
def test_the_pulse_refuses_what_is_out_of_range(ratings, asked):
    with pytest.raises(InvalidAnswerError):
        score_pulse(ratings, asked)


@pytest.mark.parametrize(
    ("ratings", "expected"), [([0] * 5, 0), ([5] * 5, 100), ([1, 2, 3, 4, 5], 60)]
)
def test_who5_is_a_percentage(ratings, expected):
    assert score_who5(ratings) == expected


@pytest.mark.parametrize("ratings", [[3] * 4, [3] * 6, [3, 3, 3, 3, 6], [-1, 3, 3, 3, 3]])
def test_who5_refuses_what_is_out_of_range(ratings):
    with pytest.raises(InvalidAnswerError):
        score_who5(ratings)


def test_the_scoring_is_found_by_its_name():
    assert score("pulse", [4, 4, 4], 3) == 75
    assert score("who5", [3] * 5, 5) == 60
    assert score("who5", [3] * 4, 5) is None
    with pytest.raises(UnknownInstrumentError):
        score("items", [3], 1)


def test_a_form_is_scored_by_the_instrument_it_holds():
    pulse = scored_items(form_of(instrument("pulse"), ()))
    assert pulse is not None and pulse.scoring == "pulse" and len(pulse.item_ids) == 5
    values = dict.fromkeys(pulse.item_ids, 4) | {"pulse_energy": None, "pulse_comment": "Fine."}
    assert pulse.score(values) == 75
    assert pulse.score({"pulse_energy": 4}) is None


def test_ones_own_change_is_part_of_no_score():
    own = instrument("own_change").items
    form = form_of(instrument("pulse"), ())
    both = scored_items(replace(form, items=form.items + own))
    assert both is not None and both == scored_items(form)
    assert scored_items(form_of(instrument("own_change"), ())) is None


def test_a_part_of_an_instrument_or_a_changed_scale_is_not_scored():
    who5 = instrument("who5")
    assert scored_items(form_of(who5, ())) is not None
    assert scored_items(form_of(who5, (), [item.id for item in who5.items[:4]])) is None
    assert scored_items(form_of(instrument("pulse"), (), ["pulse_energy", "pulse_support"])) is None
    assert scored_items(form_of(instrument("ons4"), ())) is None
    wider = [replace(item, max=6, labels=()) for item in who5.items]
    assert scored_items(Form({"en": "Title"}, tuple(wider))) is None
