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


@cache
def _texts() -> tuple[Conversation, dict[str, Conversation]]:
    """Return the talk without a theme, and the one for each item."""
    english, german = _content("guide.json"), _content("guide.de.json")
    return _conversation(english["general"], german["general"]), {
        item: _conversation(entry, german["items"][item])
        for item, entry in english["items"].items()
    }


def _content(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((files("surveys") / "data" / name).read_text("utf-8"))
    return content


def _conversation(english: dict[str, Any], german: dict[str, Any]) -> Conversation:
    def written(field: str) -> Written | None:
        return Written({"en": english[field], "de": german[field]}) if field in english else None

    questions = zip(english["questions"], german["questions"], strict=True)
    return Conversation(
        title=Written({"en": english["title"], "de": german["title"]}),
        opening=Written({"en": english["opening"], "de": german["opening"]}),
        questions=tuple(Written({"en": one, "de": other}) for one, other in questions),
        attempt=written("try"),
        thanks=written("thanks"),
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
