"""Every talk of the guide is there in English and in German."""

import json
from pathlib import Path
from typing import Any

import surveys
from surveys.guide import conversation_about, general_conversation

DATA = Path(surveys.__file__).parent / "data"


class German:
    """As much of a language as a written text asks for."""

    tag = "de"


def talks(name: str) -> dict[str, dict[str, Any]]:
    content = json.loads((DATA / name).read_text(encoding="utf-8"))
    return {"general": content["general"], **content["items"]}


def test_both_files_have_the_same_talks_with_as_many_questions() -> None:
    english, german = talks("guide.json"), talks("guide.de.json")
    assert english.keys() == german.keys()
    for name, talk in german.items():
        assert set(talk) == set(english[name]) - {"low_is_good"}, name
        assert len(talk["questions"]) == len(english[name]["questions"]), name
        assert talk["title"] != english[name]["title"], name


def test_a_talk_is_english_and_can_be_given_in_german() -> None:
    for talk in (general_conversation(), conversation_about("skill_leadership")):
        assert talk is not None
        for words in (talk.title, talk.opening, *talk.questions):
            assert words.said_in(German()) not in ("", words)  # type: ignore[attr-defined]
