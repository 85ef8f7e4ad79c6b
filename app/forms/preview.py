"""A form as the respondent's page draws it. Source: frontend/src/screens/question.ts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from babel import Locale

from surveys.drafts import Draft, Finished, notice_of
from surveys.form_length import questions_in, seconds_to_answer
from surveys.items import Item, Text, in_language

MOST_ROWS = 7  # a longer scale is laid out as a grid of numbers
BYTES_A_WORD = 7  # a word with its space; a rough measure is enough for "about"
# What the page itself says, in its languages (frontend/src/texts; a test holds them together); one
# sentence for each plural of a language where it counts something.
PAGE_WORDS: Mapping[str, Mapping[str, str | Mapping[str, str]]] = MappingProxyType(
    json.loads((files("app.forms") / "page_words.json").read_text("utf-8"))
)
# Of a check-in; who reads the comments of other forms stands on their own pages.
_READERS = ("role_mentor", "role_admin")
_COMMAS = {"ar": "، "}


@dataclass(frozen=True)
class Words:
    """Words of the form, with their language where it isn't the page's."""

    text: str
    language: str | None


@dataclass(frozen=True)
class Row:
    """One answer that can be picked.

    :ivar text: a number, or what the page itself says; before the form's `words`, or alone.
    :ivar wide: whether it needs more room than a number.
    """

    text: str
    words: Words | None
    wide: bool = True


@dataclass(frozen=True)
class Question:
    """A question as it is drawn; `room` says about how many words a comment may have."""

    id: str
    type: str
    text: Words
    required: bool
    rows: tuple[Row, ...]
    grid: bool
    room: str


@dataclass(frozen=True)
class Preview:
    """A form as somebody reads it whose browser asks for one language.

    :ivar language: that the page speaks then: one of its own, and English for all others.
    """

    language: str
    said: dict[str, str]
    title: Words | None
    length: str
    count: int
    questions: tuple[Question, ...]
    notice: Words


def preview_of(draft: Draft, finished: Finished, language: str) -> Preview:
    """Return what is whole of a form, as whoever asks for this language reads it."""
    spoken = language if language in PAGE_WORDS else "en"
    count, seconds = questions_in(finished.items), seconds_to_answer(finished.items)
    length = _say(
        spoken,
        "length",
        questions=_say(spoken, "questions", count=count),
        seconds=_say(spoken, "seconds", count=seconds),
    )
    return Preview(
        language=spoken,
        said=_said(spoken, count),
        title=_words(finished.title, spoken) if finished.title else None,
        length=length,
        count=count,
        questions=tuple(_question(item, spoken) for item in finished.items),
        notice=_words(notice_of(draft), spoken),
    )


def _say(language: str, name: str, **places: str | int) -> str:
    """Return a sentence of the page, filled in; `count` among the places chooses its form."""
    message = PAGE_WORDS[language][name]
    if not isinstance(message, str):
        form = Locale.parse(language).plural_form(int(places["count"]))
        message = message.get(form, message["other"])
    return message.format(**places)


def _said(language: str, count: int) -> dict[str, str]:
    """Return what the page says around any question."""
    readers = _COMMAS.get(language, ", ").join(_say(language, role) for role in _READERS)
    plain = ("skip", "next", "several", "required", "comment_hint", "review", "send", "support")
    return {
        **{name: _say(language, name) for name in plain},
        "progress": _say(language, "progress", done=0, count=count),
        "comment_readers": _say(language, "comment_readers", roles=readers),
    }


def _words(text: Text, spoken: str) -> Words:
    tag, words = in_language(text, spoken)
    return Words(words, None if tag == spoken else tag)


def _question(item: Item, spoken: str) -> Question:
    rows = _rows(item, spoken)
    return Question(
        id=item.id,
        type=item.type,
        text=_words(item.text, spoken),
        required=item.required,
        rows=rows,
        grid=len(rows) > MOST_ROWS and not all(row.wide for row in rows),
        room=_say(spoken, "comment_room", count=(item.max_length or 0) // BYTES_A_WORD),
    )


def _rows(item: Item, spoken: str) -> tuple[Row, ...]:
    labels = {label.id: _words(label.text, spoken) for label in item.labels}
    # A number without words only says something among numbers: then the ends show theirs too.
    numbers = len(labels) < len(item.points)
    rows = [
        Row(str(point) if numbers else "", labels.get(str(point)), wide=str(point) in labels)
        for point in item.points
    ] or [Row("", _words(option.text, spoken)) for option in item.options]
    if item.cant_say:
        rows.append(Row(_say(spoken, "cant_say"), None))
    return tuple(rows)
