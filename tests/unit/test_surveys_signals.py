"""Comments and taking part give further signs, from what is shown and nothing finer."""

from dataclasses import replace

import pytest

from surveys.signals import (
    Tone,
    Turnout,
    fewer_take_part,
    further_signs,
    tone_has_fallen,
    turnout,
)
from surveys.wording import shift_sentence, signs_sentence

TONE = Tone(mean=0.4, step=0.05, scored=24, scored_from=24, lexicon="1")
GLOOMY = replace(TONE, mean=-0.6)


@pytest.mark.parametrize(
    ("rounds", "fallen"),
    [
        ([TONE] * 6, False),
        ([TONE] * 5 + [GLOOMY], True),
        ([TONE] * 4 + [GLOOMY], False),  # 5 such rounds before
        ([TONE] * 5 + [None], False),
        ([TONE] * 5 + [GLOOMY, None], False),
        ([TONE] * 5 + [replace(GLOOMY, scored_from=5)], False),
        ([replace(TONE, scored_from=5)] * 5 + [GLOOMY], False),
        ([replace(TONE, lexicon="0")] * 5 + [GLOOMY], False),  # a new lexicon is no decline
        ([], False),
    ],
)
def test_the_tone_has_fallen_only_beside_enough_rounds_like_it(
    rounds: list[Tone | None], fallen: bool
) -> None:
    assert tone_has_fallen(rounds) is fallen


@pytest.mark.parametrize(
    ("before", "now", "fallen"),
    [
        (45, 30, True),
        (45, 40, False),
        (45, 45, False),
        (30, 45, False),
        (15, 12, False),  # 10 to 19, both
        (22, 12, False),  # 19 at most is not clearly fewer
        (60, 5, True),
    ],
)
def test_fewer_take_part_only_if_the_bands_leave_no_doubt(
    before: int, now: int, fallen: bool
) -> None:
    rounds = [turnout(60, before, 5)] * 6 + [turnout(60, now, 5)]
    assert fewer_take_part(rounds) is fallen


def test_a_withheld_round_says_nothing_of_who_took_part() -> None:
    full: list[Turnout | None] = [turnout(60, 55, 5)] * 6
    assert not fewer_take_part([*full, None])
    assert not fewer_take_part([*full[:4], turnout(60, 5, 5)])
    assert not fewer_take_part([])


@pytest.mark.parametrize("n", [10, 14, 19])
def test_every_count_of_a_band_is_the_same_turnout(n: int) -> None:
    assert turnout(30, n, 5) == Turnout(30, 10, 19)


def test_more_than_were_asked_have_never_answered() -> None:
    assert turnout(12, 10, 5) == Turnout(12, 10, 12)
    assert turnout(40, 46, 5) == Turnout(40, 40, 40)
    assert not fewer_take_part([turnout(40, 46, 5)] * 8)


def test_signs_are_named_together_in_one_sentence() -> None:
    signs = further_signs([TONE] * 5 + [GLOOMY], [turnout(60, 55, 5)] * 6 + [turnout(60, 20, 5)])
    assert signs_sentence(signs) == (
        "Also worth a look: the comments may have become more negative and fewer people take "
        "part than before. It says nothing about any person."
    )
    assert signs_sentence(()) == ""


@pytest.mark.parametrize(
    ("shift", "step", "words"),
    [
        (-6.8, 5.0, "about 5 points out of 100 lower than where its programs began."),
        (-6.8, 12.5, "about 13 points out of 100 lower than where its programs began."),
        (3.0, 2.5, "about 3 points out of 100 higher than where its programs began."),
        (-2.4, 5.0, "about where its programs began."),
    ],
)
def test_a_common_move_is_told_no_finer_than_the_step(
    shift: float, step: float, words: str
) -> None:
    assert shift_sentence(shift, step, "steady") == f"The organisation as a whole stands {words}"
    assert shift_sentence(shift, step, "watch").endswith(
        "began. A decline of its wellbeing is possible."
    )
