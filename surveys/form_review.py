"""Say what an editor should look at again before a form is asked. A warning never forbids."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from surveys.form_length import seconds_to_answer
from surveys.items import Item, Text
from surveys.sentences import Listing, counted, said, together

Concern = Literal["identifying", "double", "too long", "untranslated"]

MOST_SECONDS = 60  # an employee wants to be done in under a minute
_FEWEST_OPTIONS = 2  # that name one kind of people: one alone can stand for something else
_KIND_WORDS = {
    str(words): words
    for words in (
        said("age"),
        said("department"),
        said("gender"),
        said("job title"),
        said("location"),
        said("name"),
        said("team"),
        said("tenure"),
    )
}
_LANGUAGE_WORDS = {
    str(words): words
    for words in (
        said("Dutch"),
        said("English"),
        said("French"),
        said("German"),
        said("Italian"),
        said("Polish"),
        said("Portuguese"),
        said("Spanish"),
        said("Turkish"),
        said("Ukrainian"),
    )
}
_WORDS = re.compile(r"[^\W_]+(?:['’/-][^\W_]*)*")


@dataclass(frozen=True)
class Caution:
    """Something to look at again, and what to do about it.

    :ivar item_id: the question that it is about; None for the form as a whole.
    """

    concern: Concern
    sentence: str
    item_id: str | None = None


def review_form(
    title: Text, items: Sequence[Item], languages: Collection[str] = ()
) -> tuple[Caution, ...]:
    """Return what is worth another look, the form as a whole first, then question by question.

    :param languages: that the form is to be in, beside those that some of its words are in.
    """
    languages = sorted({*languages, *(tag for text in (title, *_texts(items)) for tag in text)})
    found = [*_too_long(items)]
    missing = _missing(languages, [title])
    if title and missing:
        what = said("The title has no %(languages)s words yet.", languages=missing)
        found.append(_untranslated(what, None))
    for item in items:
        found.extend(_review_item(item, languages))
    return tuple(found)


def _review_item(item: Item, languages: Sequence[str]) -> Iterator[Caution]:
    kinds = sorted({kind for tag in languages for kind in _identifying(item, tag)})
    if kinds:
        yield Caution(
            "identifying",
            said(
                "This seems to ask for something that tells people apart (%(kinds)s). In a small "
                "group one such answer can give somebody away. Leave it out; groups and programs "
                "tell circles apart already.",
                kinds=Listing([_KIND_WORDS[kind] for kind in kinds]),
            ),
            item.id,
        )
    joined = next(filter(None, (_joined(item, tag) for tag in languages)), None)
    if joined:
        yield Caution(
            "double",
            said(
                "“%(words)s” may join two things, and whoever sees them differently can't answer. "
                "Ask for one of them, or make two questions of it.",
                words=joined,
            ),
            item.id,
        )
    missing = _missing(languages, list(_texts([item])))
    if missing:
        what = said("Some words of this question are missing in %(languages)s.", languages=missing)
        yield _untranslated(what, item.id)


def _too_long(items: Sequence[Item]) -> Iterator[Caution]:
    seconds = seconds_to_answer(items)
    if seconds > MOST_SECONDS:
        yield Caution(
            "too long",
            counted(
                "This takes about %(number)s second. Above %(most)s fewer people answer, and "
                "fewer rounds can be shown: leave out what you would not act on.",
                "This takes about %(number)s seconds. Above %(most)s fewer people answer, and "
                "fewer rounds can be shown: leave out what you would not act on.",
                seconds,
                most=MOST_SECONDS,
            ),
        )


def _untranslated(what: str, item_id: str | None) -> Caution:
    return Caution(
        "untranslated",
        together(
            what,
            said("Whoever reads that language sees another one there: write them side by side."),
        ),
        item_id,
    )


def language_names() -> Mapping[str, str]:
    """Return the languages that a form can be written in: their names by tag."""
    return {tag: _LANGUAGE_WORDS[name] for tag, name in _data()["languages"].items()}


def _texts(items: Sequence[Item]) -> Iterator[Text]:
    for item in items:
        yield item.text
        yield from (choice.text for choice in item.labels + item.options)


def _missing(languages: Sequence[str], texts: Sequence[Text]) -> str:
    """Return the names of the languages that one of these texts lacks."""
    names = language_names()
    lacking = [tag for tag in languages if any(tag not in text for text in texts)]
    return Listing([names.get(tag, tag) for tag in lacking]) if lacking else ""


def _identifying(item: Item, language: str) -> Iterator[str]:
    """Yield what an item asks for that identifies people, in a language that has a list."""
    words = _lower(item.text, language)
    chosen = [_lower(option.text, language) for option in item.options]
    for kind, (asks, options) in _kinds(language).items():
        named = sum(options is not None and bool(options.fullmatch(option)) for option in chosen)
        if named >= _FEWEST_OPTIONS or any(ask.search(words) for ask in asks):
            yield kind


def _lower(text: Text, language: str) -> str:
    return " ".join(text.get(language, "").lower().split())


_Kind = tuple[tuple[re.Pattern[str], ...], re.Pattern[str] | None]


@cache
def _kinds(language: str) -> Mapping[str, _Kind]:
    """Return, by kind, what asks for it and which options name it; empty without a list."""
    lists = _data()["identifying"].get(language)
    if lists is None:
        return {}
    return {
        kind: (
            tuple(map(re.compile, (*entry["asks"], *_framed(lists["frames"], entry["nouns"])))),
            re.compile("|".join(entry["options"])) if "options" in entry else None,
        )
        for kind, entry in lists["kinds"].items()
    }


def _framed(frames: Sequence[str], nouns: Sequence[str]) -> list[str]:
    return [frame.replace("{noun}", f"(?:{noun})") for frame in frames for noun in nouns]


def _joined(item: Item, language: str) -> str | None:
    """Return the words around a connector that may join two things; None if none does.

    A comment may well be about several things.
    """
    lists = _data()["double"].get(language)
    if lists is None or item.type == "comment":
        return None
    told = item.text.get(language, "")
    for fixed in lists["sets"]:
        told = re.sub(rf"\b{re.escape(fixed)}\b", " ", told, flags=re.IGNORECASE)
    words = _WORDS.findall(told)
    lowered = [word.lower() for word in words]
    joins = {tuple(connector.split()) for connector in lists["connectors"]}
    for at in range(1, len(words) - 1):
        width = next((len(j) for j in joins if tuple(lowered[at : at + len(j)]) == j), 0)
        if width and at + width < len(words) and not _is_one(lowered, at, width, lists):
            return " ".join(words[at - 1 : at + width + 1])
    return None


def _is_one(words: Sequence[str], at: int, width: int, lists: Mapping[str, Any]) -> bool:
    """Return whether a connector stands between people, numbers or two ends of one thing."""
    beside = (words[at - 1], words[at + width])
    # "my mentor or my peers": the word after a short one counts as well.
    after = set(words[at + width : at + width + 2])
    if beside[0] in lists["persons"] or after & set(lists["persons"]):
        return True
    if all(word in lists["numbers"] or word.isdigit() for word in beside):
        return True
    return bool(set(words[:at]) & set(lists["before"]))


@cache
def _data() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        (files("surveys") / "data" / "form_review.json").read_text("utf-8")
    )
    return content
