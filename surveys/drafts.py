"""Hold an own form while it is being written, whole or not; nothing that was typed is refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from surveys.ballot_size import pad_size
from surveys.errors import FormTooLargeError
from surveys.items import MOST_OPTIONS, MOST_POINTS, Choice, Form, Item, ItemType, Text
from surveys.sentences import said

MOST_ITEMS = 20
MOST_LETTERS, MOST_LETTERS_SHORT = 300, 120  # of a question; of a title, an option, a label
FEWEST_OPTIONS, FEWEST_POINTS = 2, 2
COMMENT_LENGTHS = (200, 500, 1000)  # bytes; longer ones would not fit beside another


@dataclass(frozen=True)
class DraftItem:
    """A question as far as it is written; what its type does not use is kept and not asked.

    :ivar first: lowest point of a scale, 0 or 1; `count` how many points it has.
    :ivar labels: words for points of a scale, by point.
    :ivar rotates: whether it is of the bank, of which each round asks a few.
    """

    id: str
    type: ItemType
    text: Text = field(default_factory=dict)
    required: bool = False
    cant_say: bool = False
    first: int = 1
    count: int = 5
    labels: Mapping[str, Text] = field(default_factory=dict)
    options: tuple[Choice, ...] = ()
    max_length: int = COMMENT_LENGTHS[1]
    rotates: bool = False

    @property
    def points(self) -> range:
        """Return the points of the scale, lowest first."""
        return range(self.first, self.first + self.count)


@dataclass(frozen=True)
class Draft:
    """An own form as far as it is written.

    :ivar languages: tags of the languages that it is written in, in the order of their columns.
    :ivar source: where the questions come from, if an admin brings them, and `licence` theirs.
    :ivar least_weeks: how many weeks lie between two rounds at least; 0 for no rule of its own.
    """

    languages: tuple[str, ...]
    title: Text
    items: tuple[DraftItem, ...] = ()
    source: str = ""
    licence: str = ""
    least_weeks: int = 0

    @property
    def name(self) -> str:
        """Return what the form is called in lists: its title in English, else in its first."""
        written = _written(self.title, self.languages)
        return written.get("en") or next(iter(written.values()), said("Without a title"))


@dataclass(frozen=True)
class Gap:
    """What keeps a draft from being asked: the field that it is about, and how to mend it."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Finished:
    """What a draft has come to.

    :ivar items: the questions that are whole, in their order; `gaps` what is missing elsewhere.
    :ivar bank: ids of those of them that rotate.
    """

    title: Text
    items: tuple[Item, ...]
    bank: frozenset[str]
    gaps: tuple[Gap, ...]

    @property
    def whole(self) -> bool:
        """Return whether it can be asked."""
        return not self.gaps


def draft_to_wire(draft: Draft) -> dict[str, Any]:
    """Return the draft as a JSON object."""
    return asdict(draft)


def draft_from_wire(wire: Mapping[str, Any]) -> Draft:
    """Return the draft that `draft_to_wire` gave."""
    items = tuple(
        DraftItem(**{**item, "options": tuple(Choice(**option) for option in item["options"])})
        for item in wire["items"]
    )
    return Draft(**{**wire, "languages": tuple(wire["languages"]), "items": items})


def finish(draft: Draft) -> Finished:
    """Return what can be asked of a draft, and what is missing."""
    title = _written(draft.title, draft.languages)
    gaps = [*_text_gaps("title", title, draft, said("The form needs a title."), MOST_LETTERS_SHORT)]
    items = []
    for number, item in enumerate(draft.items, start=1):
        missing = _item_gaps(item, draft, number)
        gaps += missing
        if not missing:
            items.append(_whole(item, draft))
    if all(item.type == "comment" for item in draft.items):
        gaps.append(Gap("add", said("Ask at least one question that is no comment.")))
    if title and items and not gaps:
        gaps += _size_gaps(title, tuple(items))
    bank = frozenset(item.id for item in draft.items if item.rotates)
    return Finished(title, tuple(items), bank & {item.id for item in items}, tuple(gaps))


_TOLD = {
    "en": ("Source: ", "Licence: "),
    "de": ("Quelle: ", "Lizenz: "),
    "fr": ("Source : ", "Licence : "),
    "es": ("Fuente: ", "Licencia: "),
    "ar": ("المصدر: ", "الرخصة: "),
}


def notice_of(draft: Draft) -> Text:
    """Return what respondents are told of where the questions come from."""
    source, licence = _tidy(draft.source), _tidy(draft.licence)
    if not source:
        return {
            "en": "Questions of your organisation’s own. They have not been validated.",
            "de": "Eigene Fragen Ihrer Organisation. Sie sind nicht validiert.",
            "fr": "Questions propres à votre organisation. Elles n’ont pas été validées.",
            "es": "Preguntas propias de su organización. No se han validado.",
            "ar": "أسئلة خاصة بمؤسستك. لم يُتحقق من صلاحيتها.",
        }
    return {
        tag: f"{of_source}{source}" + (f" {of_licence}{licence}" if licence else "")
        for tag, (of_source, of_licence) in _TOLD.items()
    }


def _written(text: Text, languages: tuple[str, ...]) -> dict[str, str]:
    """Return the words there are in the languages of the form."""
    tidy = {tag: _tidy(text.get(tag, "")) for tag in languages}
    return {tag: words for tag, words in tidy.items() if words}


def _tidy(words: str) -> str:
    return " ".join(words.split())


def _text_gaps(name: str, text: Text, draft: Draft, missing: str, most: int) -> list[Gap]:
    if not text:
        return [Gap(f"{name}.{draft.languages[0]}", missing)]
    return [
        Gap(f"{name}.{tag}", said("Shorten this to %(most)s letters.", most=most))
        for tag, words in text.items()
        if len(words) > most
    ]


def _item_gaps(item: DraftItem, draft: Draft, number: int) -> list[Gap]:
    text = _written(item.text, draft.languages)
    missing: str = said("Question %(number)s has no words yet.", number=number)
    gaps = _text_gaps(f"{item.id}.text", text, draft, missing, MOST_LETTERS)
    if item.type in ("single", "multiple"):
        if not FEWEST_OPTIONS <= len(item.options) <= MOST_OPTIONS:
            few = said(
                "Question %(number)s needs %(fewest)s to %(most)s options.",
                number=number,
                fewest=FEWEST_OPTIONS,
                most=MOST_OPTIONS,
            )
            gaps.append(Gap(item.id, few))
        for at, option in enumerate(item.options, start=1):
            words = _written(option.text, draft.languages)
            missing = said(
                "Option %(option)s of question %(number)s has no words yet.",
                option=at,
                number=number,
            )
            field_name = f"{item.id}.option.{option.id}"
            gaps += _text_gaps(field_name, words, draft, missing, MOST_LETTERS_SHORT)
    if item.type == "scale":
        for point in item.points:
            words = _written(item.labels.get(str(point), {}), draft.languages)
            if words:
                field_name = f"{item.id}.label.{point}"
                gaps += _text_gaps(field_name, words, draft, "", MOST_LETTERS_SHORT)
    return gaps


def _whole(item: DraftItem, draft: Draft) -> Item:
    """Return the question of a draft that lacks nothing."""
    text, needed = _written(item.text, draft.languages), item.required
    if item.type == "comment":
        return Item(item.id, item.type, text, needed, max_length=item.max_length)
    if item.type == "scale":
        low, high = item.points[0], item.points[-1]
        spoken = [(str(at), item.labels.get(str(at), {})) for at in item.points]
        told = [Choice(point, _written(words, draft.languages)) for point, words in spoken]
        labels = tuple(label for label in told if label.text)
        return Item(item.id, item.type, text, needed, low, high, labels, cant_say=item.cant_say)
    options = tuple(Choice(each.id, _written(each.text, draft.languages)) for each in item.options)
    return Item(item.id, item.type, text, needed, options=options, cant_say=item.cant_say)


def _size_gaps(title: Text, items: tuple[Item, ...]) -> list[Gap]:
    try:
        pad_size(Form(title, items))
    except FormTooLargeError as error:
        return [Gap("add", said(str(error)))]
    return []


def can_count(first: int, count: int) -> bool:
    """Return whether a scale can have so many points from there on."""
    return first in (0, 1) and FEWEST_POINTS <= count <= MOST_POINTS
