"""A form as the respondent's page draws it. Source: frontend/src/screens/question.ts."""

from dataclasses import dataclass
from types import MappingProxyType

from surveys.drafts import Draft, Finished, notice_of
from surveys.form_length import questions_in, seconds_to_answer
from surveys.items import Item, Text, in_language

MOST_ROWS = 7  # a longer scale is laid out as a grid of numbers
BYTES_A_WORD = 7  # a word with its space; a rough measure is enough for "about"
# What the page itself says, in its languages (frontend/src/texts; a test holds them together).
PAGE_WORDS = MappingProxyType(
    {
        "en": {
            "length_one": "1 question, about {seconds} seconds",
            "length": "{count} questions, about {seconds} seconds",
            "progress": "{done} of {count} answered",
            "skip": "Skip",
            "cant_say": "I can’t say",
            "several": "You can pick more than one.",
            "required": "needed",
            "comment_hint": "Shown word for word if enough people write. Leave out names and "
            "anything only you would say.",
            "comment_room": "Room for about {count} more words.",
            "review": "This is all of it. You can still scroll up and change anything.",
            "send": "Send",
            "support": "Need to talk to someone?",
        },
        "de": {
            "length_one": "1 Frage, etwa {seconds} Sekunden",
            "length": "{count} Fragen, etwa {seconds} Sekunden",
            "progress": "{done} von {count} beantwortet",
            "skip": "Überspringen",
            "cant_say": "Kann ich nicht sagen",
            "several": "Sie können mehrere wählen.",
            "required": "nötig",
            "comment_hint": "Wird im Wortlaut gezeigt, wenn genug Menschen schreiben. Lassen Sie "
            "Namen weg und alles, was nur Sie sagen würden.",
            "comment_room": "Platz für noch etwa {count} Wörter.",
            "review": "Das ist alles. Sie können noch hochscrollen und alles ändern.",
            "send": "Senden",
            "support": "Mit jemandem sprechen?",
        },
    }
)


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
    """A question as it is drawn; `room` is about how many words a comment may have."""

    id: str
    type: str
    text: Words
    required: bool
    rows: tuple[Row, ...]
    grid: bool
    room: int


@dataclass(frozen=True)
class Preview:
    """A form as somebody reads it whose browser asks for one language.

    :ivar language: that the page speaks then: it has two, and English for all others.
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
    said = PAGE_WORDS[spoken]
    count, seconds = questions_in(finished.items), seconds_to_answer(finished.items)
    length = said["length_one" if count == 1 else "length"]
    return Preview(
        language=spoken,
        said=said,
        title=_words(finished.title, spoken) if finished.title else None,
        length=length.format(count=count, seconds=seconds),
        count=count,
        questions=tuple(_question(item, spoken) for item in finished.items),
        notice=_words(notice_of(draft), spoken),
    )


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
        room=(item.max_length or 0) // BYTES_A_WORD,
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
        rows.append(Row(PAGE_WORDS[spoken]["cant_say"], None))
    return tuple(rows)
