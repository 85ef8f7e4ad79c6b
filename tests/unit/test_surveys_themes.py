"""A theme is a topic: families of words name it, in any form and mood."""

import json
from importlib.resources import files

import pytest

from surveys.themes import named_themes, themes_version

SKILLS = {
    "leadership",
    "interpersonal skills",
    "time management",
    "collaboration",
    "communication",
    "functional skills",
}
OTHERS = {
    "workload",
    "support",
    "recognition",
    "growth",
    "belonging",
    "fairness",
    "remote work",
}


def content() -> dict[str, dict[str, list[str]]]:
    read: dict[str, dict[str, list[str]]] = json.loads(
        (files("surveys") / "data" / "themes.json").read_text("utf-8")
    )
    return read


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("The WORKLOAD is crazy", {"workload"}),
        ("Our work-load, honestly", {"workload"}),
        ("We are overworked and understaffed", {"workload"}),
        ("No support at all.", {"support"}),
        ("She supported me", {"support"}),
        ("Nobody recognises what we do", {"recognition"}),
        ("I felt unappreciated", {"recognition"}),
        ("I want to grow and learn", {"growth"}),
        ("Any chance of a promotion?", {"growth"}),
        ("I am lonely here", {"belonging"}),
        ("I don't feel part of the team", {"belonging"}),
        ("Nobody tells us anything, we are in the dark", {"communication"}),
        ("That is so unfair", {"fairness"}),
        ("Working from home suits me", {"remote work"}),
        ("The boss decides, and micromanages", {"leadership"}),
        ("There is so much disrespect", {"interpersonal skills"}),
        ("The agenda came at the last minute", {"time management"}),
        ("The teams hardly work together", {"collaboration"}),
        ("We lack technical skills", {"functional skills"}),
        ("Too many meetings", {"workload", "time management"}),
        ("Great mentor, great support, fair to all", {"fairness", "support"}),
    ],
)
def test_a_comment_is_about_what_its_words_name(text, themes):
    assert set(named_themes(text)) == themes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "It rained.",
        "The developers train every morning",
        "Of course",
        "my favorite part",
        "an affair",
        "workshop",
    ],
)
def test_words_that_only_look_like_a_theme_name_none(text):
    assert named_themes(text) == ()


def test_the_file_has_every_theme_of_the_contract_and_each_family_finds_its_own():
    themes = content()["themes"]
    assert set(themes) == SKILLS | OTHERS
    for theme, families in themes.items():
        assert len(families) == len(set(families))
        for family in families:
            assert theme in named_themes(f"Well, {family.replace('*', '')} again"), family


def test_a_stem_is_long_enough_to_be_found():
    stems = [word for entry in content()["themes"].values() for word in " ".join(entry).split()]
    assert all(len(word) >= 4 for word in stems if word.endswith("*"))


def test_names_come_in_one_order_and_their_version_is_told():
    assert named_themes("support, workload") == named_themes("workload and support, support")
    assert themes_version() == "themes-1"
