"""What a profile of peer feedback says of six skills, and what it does not."""

from collections.abc import Mapping

import pytest

from surveys.comparison import Comparison
from surveys.disclosure import ShownMean, shown_mean
from surveys.feedback import (
    Focus,
    Profile,
    change,
    next_answer,
    profile_of,
    program_profile,
    self_view,
    skill_to_work_on,
    strengths,
)
from surveys.feedback_words import focus_sentence, moved_words, self_words, strengths_sentence
from surveys.guide import conversation_about, lowest_item
from surveys.instruments import catalogue, form_of, instrument

FORM = form_of(instrument("peer_skills"), ())
LEADS, LISTENS, TIMELY, SHARES, EXPLAINS, KNOWS = (
    item.id for item in FORM.items if item.type == "scale"
)
LEVEL = dict.fromkeys((LEADS, LISTENS, TIMELY, SHARES, EXPLAINS, KNOWS), 3.5)


def seen(means: Mapping[str, float], n: int = 5) -> Profile:
    """Return the profile that so many raters leave; what is not in `means` is withheld."""
    shown = {name: shown_mean(mean, n, 1, 5) for name, mean in means.items()}
    return profile_of(FORM, shown, dict.fromkeys(shown, n))


def test_a_profile_keeps_the_order_of_the_form_and_the_place_of_what_is_withheld() -> None:
    profile = seen({KNOWS: 4, LEADS: 3})
    assert [entry.item.id for entry in profile] == list(LEVEL)
    assert [entry.mean is None for entry in profile] == [False, True, True, True, True, False]


@pytest.mark.parametrize(
    ("means", "n", "expected"),
    [
        (LEVEL, 5, ()),
        (LEVEL | {SHARES: 4.0}, 5, ()),
        (LEVEL | {SHARES: 4.5}, 5, (SHARES,)),
        (LEVEL | {SHARES: 4.0}, 20, (SHARES,)),
        (LEVEL | {SHARES: 4.5, KNOWS: 5}, 20, (KNOWS, SHARES)),
        (LEVEL | {TIMELY: 2.0}, 5, ()),
        ({LEADS: 4.5, LISTENS: 4.5, TIMELY: 4.5}, 5, (LISTENS, TIMELY)),
        ({LEADS: 4.0, LISTENS: 4.0}, 5, ()),
        ({}, 5, ()),
    ],
)
def test_a_strength_stands_above_the_others_or_surely_at_the_fourth_answer(
    means, n, expected
) -> None:
    profile = seen(means, n)
    assert strengths(profile, skill_to_work_on(profile)) == expected


@pytest.mark.parametrize(
    ("means", "earlier", "expected"),
    [
        (LEVEL | {TIMELY: 2.0}, {}, Focus(TIMELY, True, ())),
        (LEVEL | {TIMELY: 3.0}, {}, Focus(TIMELY, False, ())),
        (LEVEL | {TIMELY: 3.0, KNOWS: 3.0}, {}, Focus(TIMELY, False, (KNOWS,))),
        (LEVEL | {TIMELY: 3.0, KNOWS: 3.0}, {KNOWS: 4.0}, Focus(KNOWS, False, (TIMELY,))),
        ({LEADS: 2.0}, {}, None),
        ({}, {}, None),
    ],
)
def test_one_skill_is_to_be_worked_on_whatever_stands_as_low(means, earlier, expected) -> None:
    assert skill_to_work_on(seen(means), seen(earlier)) == expected


def test_the_next_answer_up_is_one_of_the_form() -> None:
    profile = seen({LEADS: 1.0, LISTENS: 3.0, TIMELY: 3.5, SHARES: 5.0})
    assert [next_answer(entry) for entry in profile] == ["2", "4", "4", "5", None, None]


@pytest.mark.parametrize(
    ("before", "after", "n", "expected"),
    [
        (3.0, 3.2, 5, Comparison("the same", False)),
        (3.0, 3.5, 5, Comparison("higher", False)),
        (4.5, 2.5, 5, Comparison("lower", True)),
        (3.0, 4.0, 5, Comparison("higher", False)),
        (3.0, 4.0, 20, Comparison("higher", True)),
    ],
)
def test_a_change_is_clear_only_beyond_rounding_and_chance(before, after, n, expected) -> None:
    [now] = [entry for entry in seen({LEADS: after}, n) if entry.item.id == LEADS]
    assert change(seen({LEADS: before}, n), now) == expected
    assert change(seen({}), now) is None


def test_a_program_has_a_profile_from_three_released_ones_each_skill_by_itself() -> None:
    two = [seen({LEADS: 3.0}), seen({LEADS: 4.0, KNOWS: 4.0})]
    assert not any(entry.mean for entry in program_profile(two, FORM))
    three = [*two, seen({LEADS: 3.1}, 20)]
    [leads, *others] = program_profile(three, FORM)
    assert leads.mean == ShownMean(3.5, 0.5, None)  # 3.37, to the coarsest step
    assert not any(entry.mean for entry in others)


def test_a_programs_profile_is_open_at_the_ends_of_the_scale() -> None:
    high = [seen({LEADS: 5.0})] * 3
    assert program_profile(high, FORM)[0].mean == ShownMean(4.5, 0.5, "or more")


@pytest.mark.parametrize(
    ("rating", "mean", "expected"),
    [
        (4, 3.5, "about the same"),
        (5, 4.5, "about the same"),
        (5, 4.0, "higher"),
        (2, 3.5, "lower"),
    ],
)
def test_a_self_view_differs_by_a_whole_answer_or_not_at_all(rating, mean, expected) -> None:
    [leads, listens, *_] = seen({LEADS: mean})
    assert self_view(rating, leads) == expected
    assert self_view(rating, listens) is None


def test_the_words_say_what_is_clear_and_what_chance_does() -> None:
    lower, clear, level = (
        seen(LEVEL | {TIMELY: 3.0}),
        seen(LEVEL | {TIMELY: 2.0, LEADS: 4.5}),
        seen(LEVEL),
    )
    for profile, words in [
        (lower, "It stands lowest, by no more than chance does."),
        (clear, "It stands clearly lower than the others."),
        (level, "All skills stand level; this one is as good as any to begin with."),
        (
            seen(LEVEL | {TIMELY: 3.0, KNOWS: 3.0}),
            "It stands lowest, together with Functional skills.",
        ),
    ]:
        focus = skill_to_work_on(profile)
        assert focus is not None
        assert focus_sentence(profile, focus) == words
    assert strengths_sentence(clear, (LEADS,)) == "What clearly stands out: Leadership."
    assert strengths_sentence(level, ()).startswith("No skill stands out above")
    assert moved_words(None) == self_words(None) == "nothing to compare"
    assert moved_words(Comparison("the same", False)) == "about the same"
    assert moved_words(Comparison("lower", True)) == "clearly lower"
    assert moved_words(Comparison("higher", False)) == "higher, by no more than chance does"
    assert self_words("lower") == "others see you higher than you do"


def test_each_skill_has_a_guide_of_its_own_and_each_question_about_wellbeing_a_talk() -> None:
    skills = [conversation_about(skill) for skill in LEVEL]
    for talk in skills:
        assert talk is not None
        assert len(talk.questions) == 3
        assert talk.attempt
        assert talk.thanks
    asked = [
        item.id
        for entry in catalogue()
        if entry.id in ("pulse", "ons4", "who5")
        for item in entry.items
        if item.type == "scale"
    ]
    talks = [conversation_about(item) for item in asked]
    assert len({talk.title for talk in [*skills, *talks] if talk}) == len(asked) + len(LEVEL)


def test_what_is_good_when_low_is_talked_about_when_it_is_high() -> None:
    assert lowest_item({"ons4_happy": 0.4, "ons4_anxious": 0.2}) == "ons4_happy"
    assert lowest_item({"ons4_happy": 0.4, "ons4_anxious": 0.8}) == "ons4_anxious"
