"""Every talk of the guide is there in every language."""

import json
from pathlib import Path
from typing import Any

import pytest

import surveys
from surveys.guide import conversation_about, general_conversation
from surveys.instruments import instrument

DATA = Path(surveys.__file__).parent / "data"


OTHERS = ("de", "fr", "es", "ar")


class Spoken:
    """As much of a language as a written text asks for."""

    def __init__(self, tag: str) -> None:
        self.tag = tag


def talks(name: str) -> dict[str, dict[str, Any]]:
    content = json.loads((DATA / name).read_text(encoding="utf-8"))
    return {"general": content["general"], **content["items"]}


@pytest.mark.parametrize("language", OTHERS)
def test_each_file_has_the_same_talks_with_as_many_questions(language: str) -> None:
    english, other = talks("guide.json"), talks(f"guide.{language}.json")
    assert english.keys() == other.keys()
    for name, talk in other.items():
        assert set(talk) == set(english[name]) - {"low_is_good"}, name
        assert len(talk["questions"]) == len(english[name]["questions"]), name
        assert talk["opening"] != english[name]["opening"], name


@pytest.mark.parametrize("language", OTHERS)
def test_a_talk_is_english_and_can_be_given_in_each_language(language: str) -> None:
    for talk in (general_conversation(), conversation_about("skill_leadership")):
        assert talk is not None
        for words in (talk.title, talk.opening, *talk.questions, talk.attempt, talk.thanks):
            if words is not None:
                said = words.said_in(Spoken(language))  # type: ignore[attr-defined]
                assert said not in ("", words)


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_a_skill_is_called_as_the_question_about_it(language: str) -> None:
    asked = {item.id: item.text for item in instrument("peer_skills").items}
    for name, talk in talks(f"guide.{language}.json").items():
        if name.startswith("skill_"):
            assert talk["title"] == asked[name][language]
