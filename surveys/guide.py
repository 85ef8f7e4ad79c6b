"""Choose what a circle could talk about next; the texts are data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from surveys.sentences import Written


@dataclass(frozen=True)
class Conversation:
    """A theme for the next talk: how to begin, and three questions to ask.

    :ivar attempt: for a skill, one thing to try.
    :ivar thanks: for a skill, how to say thank you to those who gave feedback.
    :ivar low_is_good: whether what stands high on its scale is what to talk about.
    """

    title: str
    opening: str
    questions: tuple[str, ...]
    attempt: str | None = None
    thanks: str | None = None
    low_is_good: bool = False


# English is guide.json; each other language is a file with the same talks.
_LANGUAGES = ("en", "de", "fr", "es", "ar")


@cache
def _texts() -> tuple[Conversation, dict[str, Conversation]]:
    """Return the talk without a theme, and the one for each item."""
    guides = {language: _content(language) for language in _LANGUAGES}
    general = _conversation({language: guide["general"] for language, guide in guides.items()})
    return general, {
        item: _conversation({language: guide["items"][item] for language, guide in guides.items()})
        for item in guides["en"]["items"]
    }


def _content(language: str) -> dict[str, Any]:
    name = "guide.json" if language == "en" else f"guide.{language}.json"
    content: dict[str, Any] = json.loads((files("surveys") / "data" / name).read_text("utf-8"))
    return content


def _conversation(talks: Mapping[str, dict[str, Any]]) -> Conversation:
    """Return a talk from what the guide of each language says."""

    def written(field: str) -> Written:
        return Written({language: talk[field] for language, talk in talks.items()})

    english = talks["en"]
    questions = zip(*(talk["questions"] for talk in talks.values()), strict=True)
    return Conversation(
        title=written("title"),
        opening=written("opening"),
        questions=tuple(Written(dict(zip(talks, said, strict=True))) for said in questions),
        attempt=written("try") if "try" in english else None,
        thanks=written("thanks") if "thanks" in english else None,
        low_is_good=english.get("low_is_good", False),
    )


def general_conversation() -> Conversation:
    """Return the talk for a group of which nothing can be shown yet."""
    return _texts()[0]


def conversation_about(item_id: str) -> Conversation | None:
    """Return the talk about an item; None for an item that has none."""
    return _texts()[1].get(item_id)


def lowest_item(shares: Mapping[str, float]) -> str | None:
    """Return the id of the item that stands worst and has a talk; None if there is none.

    :param shares: means as shares of their scales, 0 to 1, in the order of the form; of two
        that stand equally low the first counts.
    """
    themes = {
        item: 1 - share if talk.low_is_good else share
        for item, share in shares.items()
        if (talk := conversation_about(item)) is not None
    }
    return min(themes, key=lambda item: themes[item], default=None)
