"""Words say no more than is known."""

import re
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from surveys.disclosure import band
from surveys.errors import NothingAssessedError
from surveys.trends import Assessment, Outcome, State
from surveys.wording import (
    OUTCOME_WORDS,
    STATE_WORDS,
    WITHHELD,
    alert_sentence,
    certainty_words,
    count_words,
    drop_points,
)

DECLINE = Assessment("declining", 0.62, 9.2, date(2026, 5, 4), 8, released=11, chance=5.3)


def test_an_alert_reads_as_agreed():
    assert alert_sentence("Onboarding Circle", DECLINE, 0.0) == (
        "Wellbeing in Onboarding Circle has probably fallen by about 9 points out of 100 "
        "since the round of 4 May. How sure: likely. Based on 11 rounds; a group of this size "
        "varies by about 5 points from chance alone. It says nothing about any person."
    )


@pytest.mark.parametrize(
    "change", [{"probability": None, "drop": None}, {"since": None}, {"chance": None}]
)
def test_what_was_not_assessed_is_not_put_into_words(change):
    with pytest.raises(NothingAssessedError):
        alert_sentence("Circle", replace(DECLINE, **change), 5.0)


@pytest.mark.parametrize("step", [0.0, 2.5, 5.0, 12.5])
def test_an_alert_has_no_decimal_and_no_probability(step):
    words = alert_sentence("Circle", DECLINE, step)
    assert not re.search(r"\d[.,]\d|%", words)


@pytest.mark.parametrize(
    ("drop", "step", "points"),
    [
        (9.2, 0.0, 9),
        (9.2, 2.5, 10),
        (9.2, 5.0, 10),
        (9.2, 12.5, 13),
        (3.0, 12.5, 13),
        (20.0, 12.5, 25),
        (7.4, 5.0, 5),
        (0.2, 0.0, 1),
    ],
)
def test_a_drop_is_told_no_finer_than_the_step(drop, step, points):
    assert drop_points(drop, step) == points


@pytest.mark.parametrize(
    ("n", "words"), [(3, "fewer than 5"), (7, "5 to 9"), (12, "10 to 19"), (23, "23")]
)
def test_a_count_is_told_as_its_band(n, words):
    assert count_words(band(n, 5)) == words


@pytest.mark.parametrize(
    ("probability", "words"), [(0.3, "possible"), (0.5, "likely"), (0.8, "very likely")]
)
def test_certainty_is_a_word(probability, words):
    assert certainty_words(probability) == words


def test_every_state_and_outcome_has_words_and_silence_has_one():
    assert set(STATE_WORDS) == set(get_args(State))
    assert set(OUTCOME_WORDS) == set(get_args(Outcome))
    assert WITHHELD == "withheld"
