"""Figures become words that are no finer than what was released."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from app.results.cells import WITHHELD, Score, ThemeResult, Tone, read_cell
from app.results.words import (
    YOUR_CIRCLE,
    change_words,
    mean_words,
    moment_words,
    score_sentence,
    theme_count,
    theme_name,
    theme_sound,
    themes_sentence,
    tone_basis,
    tone_sentence,
)
from surveys.change_point import Level
from surveys.comparison import Comparison, compare
from surveys.disclosure import ShownMean
from surveys.guide import conversation_about, general_conversation, lowest_item
from surveys.instruments import instrument
from surveys.monitoring import can_be_monitored
from surveys.trends import RoundPoint, assess

DAY = date(2026, 5, 4)
POINT = RoundPoint(DAY, 20, 30, 65.0, None, 2.5)


def score(value: float, n: int = 5, step: float = 12.5) -> Score:
    return Score(ShownMean(value, step, None), n, None)


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (ShownMean(62.5, 12.5, None), "62.5"),
        (ShownMean(50.0, 2.5, None), "50"),
        (ShownMean(87.5, 12.5, "or more"), "87.5 or more"),
        (ShownMean(1.5, 0.5, "or less"), "1.5 or less"),
    ],
)
def test_a_mean_is_told_with_its_open_end(mean: ShownMean, words: str) -> None:
    assert mean_words(mean) == words


@pytest.mark.parametrize(
    ("earlier", "later", "words"),
    [
        (ShownMean(3.0, 0.5, None), ShownMean(3.5, 0.5, None), "up 0.5"),
        (ShownMean(3.5, 0.5, None), ShownMean(2.5, 0.5, None), "down 1"),
        (ShownMean(3.4, 0.2, None), ShownMean(3.5, 0.5, None), "about the same"),
        (None, ShownMean(3.5, 0.5, None), "nothing earlier"),
        (ShownMean(3.5, 0.5, None), None, "withheld"),
    ],
)
def test_a_change_is_told_no_finer_than_the_coarser_step(
    earlier: ShownMean | None, later: ShownMean | None, words: str
) -> None:
    assert change_words(earlier, later) == words


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ((62.5, 5, 12.5), (62.5, 5, 12.5), Comparison("the same", False)),
        ((62.5, 5, 12.5), (60.0, 20, 2.5), Comparison("the same", False)),
        ((62.5, 5, 12.5), (50.0, 5, 12.5), Comparison("lower", False)),
        ((75.0, 5, 12.5), (37.5, 5, 12.5), Comparison("lower", True)),
        ((50.0, 40, 2.5), (65.0, 40, 2.5), Comparison("higher", True)),
    ],
)
def test_a_difference_is_clear_only_beyond_chance(
    earlier: tuple[float, int, float], later: tuple[float, int, float], expected: Comparison
) -> None:
    before, after = (Level(mean, None, n, step) for mean, n, step in (earlier, later))
    assert compare(before, after) == expected


def test_one_step_in_a_small_circle_is_not_made_more_of_than_it_is() -> None:
    sentence = score_sentence(YOUR_CIRCLE, score(50), score(62.5), DAY)
    assert sentence == (
        "Your circle's wellbeing score is 50 out of 100. That is lower than in the round of "
        "4 May 2026, by no more than chance does in a group of this size."
    )
    assert "no earlier result" in score_sentence(YOUR_CIRCLE, score(50), None, None)


@pytest.mark.parametrize(
    ("value", "sound"),
    [(0.6, "mostly positive"), (0.25, "rather positive"), (-0.5, "mostly negative")],
)
def test_the_tone_is_told_in_a_word(value: float, sound: str) -> None:
    assert sound in tone_sentence(Tone(ShownMean(value, 0.25, None), "5-9", "5-9"))


def test_a_neutral_tone_is_neither() -> None:
    tone = Tone(ShownMean(0.0, 0.25, None), "5-9", "5-9")
    assert "neither positive nor negative" in tone_sentence(tone)


@pytest.mark.parametrize(
    ("counts", "basis"),
    [
        ({"comments": "10-19"}, "10 to 19 comments, 5 to 9 of them scored"),
        ({}, "5 to 9 comments scored"),
    ],
)
def test_a_tone_rests_on_as_much_as_the_release_tells(counts: dict[str, str], basis: str) -> None:
    sentiment = {"mean": 0.5, "step": 0.25, "open": None, "scored": "5-9", **counts}
    silent = {"ballots": {"n": "5-9"}, "score": {"withheld": True}, "items": {}, "comments": {}}
    tone = read_cell({**silent, "sentiment": sentiment}).tone
    assert tone is not None
    assert tone_basis(tone) == basis


MOST = "Most of the comments shown here are about"
OFTEN = "Comments shown here are most often about"


def themes_of(**tables: tuple[str | None, str]) -> tuple[ThemeResult, ...]:
    """Return themes as a release tells them: count and portion of negative ones, by name."""
    stored = {
        name: {
            "count": {"withheld": True} if n is None else {"n": n, "n_from": int(n.split("-")[0])},
            "sentiment": {"withheld": True},
            "negative": negative,
        }
        for name, (n, negative) in tables.items()
    }
    silent = {"withheld": True}
    cell = {"ballots": {"n": "31"}, "score": silent, "items": {}, "sentiment": silent}
    return read_cell({**cell, "comments": {}, "themes": {"say": stored or silent}}).themes["say"]


@pytest.mark.parametrize(
    ("tables", "scored", "sentence"),
    [
        (
            {"growth": ("5-9", "few"), "workload": (None, "two thirds")},
            "31",
            f"{MOST} workload; two in three of them are negative.",
        ),
        (
            {"workload": ("20", "third")},
            "31",
            f"{MOST} workload; one in three of them is negative.",
        ),
        (
            {"growth": ("5-9", "few"), "workload": ("10-19", "half")},
            "31",
            f"{OFTEN} workload; half of them are negative.",
        ),
        (
            dict.fromkeys(("workload", "growth", "support"), ("10-19", "few")),
            "31",
            f"{OFTEN} growth, support and workload.",
        ),
    ],
)
def test_themes_are_told_in_a_sentence_that_claims_no_more_than_bands_do(
    tables: dict[str, tuple[str | None, str]], scored: str, sentence: str
) -> None:
    tone = Tone(ShownMean(0.0, 0.1, None), None, scored)
    assert themes_sentence(themes_of(**tables), tone) == sentence


def test_a_theme_whose_figures_are_withheld_says_so_and_stands_first() -> None:
    first, second = themes_of(growth=("5-9", "few"), workload=(None, "most"))
    assert (first.name, theme_count(first)) == ("workload", "withheld")
    assert theme_sound(first) == "most of them are negative"
    assert theme_count(second) == "5 to 9"
    toned = replace(second, mean=ShownMean(0.5, 0.25, None))
    assert theme_sound(toned) == "mostly positive; few of them are negative"
    assert themes_of() == ()


def test_a_moment_is_told_in_its_zone() -> None:
    moment = datetime(2026, 6, 12, 15, 0, tzinfo=UTC)
    assert moment_words(moment, "Europe/Paris") == "Friday 12 June 2026, 17:00 (Europe/Paris)"


def test_a_withheld_cell_is_one_value_whatever_stood_in_it() -> None:
    assert read_cell({"withheld": True}) is WITHHELD
    assert not WITHHELD.shown


def test_every_item_of_the_pulse_has_a_talk_of_three_questions() -> None:
    scales = [item.id for item in instrument("pulse").items if item.type == "scale"]
    for item in scales:
        talk = conversation_about(item)
        assert talk is not None and len(talk.questions) == 3
        assert all(question.endswith("?") for question in talk.questions)
    assert len(general_conversation().questions) == 3


def test_the_lowest_item_with_a_talk_is_chosen() -> None:
    shares = {"pulse_energy": 0.5, "pulse_support": 0.25, "pulse_belonging": 0.25, "other": 0.0}
    assert lowest_item(shares) == "pulse_support"
    assert lowest_item({"other": 0.1}) is None
    assert lowest_item({}) is None


@pytest.mark.parametrize(
    ("points", "monitored"),
    [
        ([], True),
        ([None] * 4, True),
        ([None] * 5, False),
        ([POINT, None, POINT, None, POINT], True),
        ([None, POINT, None, POINT, None], False),
        ([POINT] * 6 + [None] * 3, True),
        ([POINT] * 6 + [None] * 4, False),
        ([POINT, POINT, None] * 5, True),
        ([POINT, POINT, None, None, None] * 4, False),
    ],
)
def test_a_silent_program_is_never_steady(points: list[RoundPoint | None], monitored: bool) -> None:
    assert can_be_monitored(points, assess(points)) is monitored


def test_every_theme_can_be_called_in_the_pages_language(monkeypatch: pytest.MonkeyPatch) -> None:
    known = json.loads((files("surveys") / "data" / "themes.json").read_text("utf-8"))["themes"]
    monkeypatch.setattr("app.results.words._", str.upper)
    assert [theme_name(name) for name in known] == [name.upper() for name in known]
    assert theme_name("a theme of former days") == "a theme of former days"
