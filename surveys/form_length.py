"""Estimate how long it takes to answer a form: the one rule for mails, pages and warnings."""

import math
from collections.abc import Iterable

from surveys.items import Item

SECONDS_EACH = 8  # for a question that is answered with one touch
SECONDS_MORE = 4  # for choosing several options instead of one
SECONDS_WRITING = 30  # for a comment that has to be written; nobody has to write any other
LENGTH_READ = 160  # letters that are read within that time
LETTERS_A_SECOND = 15  # about 180 words a minute


def questions_in(items: Iterable[Item]) -> int:
    """Return how many questions a form is said to have: comments are extra."""
    return sum(item.type != "comment" for item in items)


def seconds_to_answer(items: Iterable[Item]) -> int:
    """Return about how many seconds it takes to answer these items.

    The same in each language, from the longest of its texts, so that mail and page agree.
    The respondent's page computes it likewise (frontend/src/length.ts).
    """
    return sum(_seconds(item) for item in items)


def _seconds(item: Item) -> int:
    if item.type == "comment" and not item.required:
        return 0
    letters = sum(
        max(map(len, text.values())) for text in (item.text, *(o.text for o in item.options))
    )
    reading = math.ceil(max(0, letters - LENGTH_READ) / LETTERS_A_SECOND)
    if item.type == "comment":
        return SECONDS_WRITING + reading
    return SECONDS_EACH + (SECONDS_MORE if item.type == "multiple" else 0) + reading
