"""Choose what a circle could talk about next; the texts are data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


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
    content = json.loads((files("surveys") / "data" / "guide.json").read_text("utf-8"))
    return _conversation(content["general"]), {
        item: _conversation(entry) for item, entry in content["items"].items()
    }


def _conversation(entry: dict[str, Any]) -> Conversation:
    return Conversation(
        title=entry["title"],
        opening=entry["opening"],
        questions=tuple(entry["questions"]),
        attempt=entry.get("try"),
        thanks=entry.get("thanks"),
        low_is_good=entry.get("low_is_good", False),
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
