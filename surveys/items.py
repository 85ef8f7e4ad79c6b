"""Hold a form and its items as they are launched, and check that they make sense."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias, TypeGuard, get_args

from surveys.errors import EmptySupportError, InvalidFormError

ItemType = Literal["scale", "single", "multiple", "comment"]
Text: TypeAlias = Mapping[str, str]  # by language tag: {"en": "Yes", "de": "Ja"}

MOST_POINTS = 11  # 0 to 10; more can't be set as radio buttons on a phone
MOST_OPTIONS = 20  # a longer list is not read to its end
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,31}")  # short, so that the ballot's size is bounded
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Choice:
    """One option of a choice, or the words at one point of a scale."""

    id: str
    text: Text


@dataclass(frozen=True)
class Item:
    """One question. What its type does not use is None or empty.

    :ivar min: lowest point of a scale; `max` the highest, both whole numbers.
    :ivar labels: words for points of a scale, each with its point as id.
    :ivar options: what a single or multiple choice offers.
    :ivar max_length: longest comment, in UTF-8 bytes.
    """

    id: str
    type: ItemType
    text: Text
    required: bool = False
    min: int | None = None
    max: int | None = None
    labels: tuple[Choice, ...] = ()
    options: tuple[Choice, ...] = ()
    max_length: int | None = None
    cant_say: bool = False

    def __post_init__(self) -> None:
        if not IDENTIFIER.fullmatch(self.id) or self.type not in get_args(ItemType):
            raise InvalidFormError
        for text in (self.text, *(choice.text for choice in self.labels + self.options)):
            check_text(text)
        _CHECKS[self.type](self)
        scale = self.type == "scale"
        if not scale and (self.min is not None or self.max is not None or self.labels):
            raise InvalidFormError
        if self.options and self.type not in ("single", "multiple"):
            raise InvalidFormError
        if (self.max_length is not None) != (self.type == "comment"):
            raise InvalidFormError

    @cached_property
    def points(self) -> tuple[int, ...]:
        """Return the points of a scale, lowest first; empty for other types."""
        if self.min is None or self.max is None:
            return ()
        return tuple(range(self.min, self.max + 1))

    @cached_property
    def option_ids(self) -> tuple[str, ...]:
        """Return what a value can be, in the order of the form, as strings."""
        return tuple(str(point) for point in self.points) or tuple(
            option.id for option in self.options
        )


@dataclass(frozen=True)
class SupportLine:
    """A place to turn to, as the support panel shows it."""

    label: Text
    contact: str


@dataclass(frozen=True)
class Form:
    """A questionnaire as it is launched: title, items and the support panel.

    :ivar notice: what respondents have to be told of its source; None for nothing.
    """

    title: Text
    items: tuple[Item, ...]
    support: tuple[SupportLine, ...] = ()
    notice: Text | None = None

    def __post_init__(self) -> None:
        check_text(self.title)
        if self.notice is not None:
            check_text(self.notice)
        if not self.items or len({item.id for item in self.items}) != len(self.items):
            raise InvalidFormError
        for line in self.support:
            check_text(line.label)
            if not line.contact.strip():
                raise InvalidFormError

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """Return the items by their ids."""
        return {item.id: item for item in self.items}

    @cached_property
    def required_ids(self) -> frozenset[str]:
        """Return the ids of the items that every ballot has to answer."""
        return frozenset(item.id for item in self.items if item.required)

    @cached_property
    def comment_ids(self) -> frozenset[str]:
        """Return the ids of the open questions."""
        return frozenset(item.id for item in self.items if item.type == "comment")

    def item(self, item_id: str) -> Item | None:
        """Return the item with this id, or None."""
        return self.by_id.get(item_id)


def check_text(text: Text) -> None:
    """Check a text by language tag.

    :raises InvalidFormError: if it has no language, a wrong tag or empty words.
    """
    if not isinstance(text, Mapping) or not text:
        raise InvalidFormError
    for tag, words in text.items():
        if not isinstance(tag, str) or not LANGUAGE.fullmatch(tag):
            raise InvalidFormError
        if not isinstance(words, str) or not words.strip():
            raise InvalidFormError


def in_language(text: Text, language: str) -> tuple[str, str]:
    """Return a text's words in a language, else in English, else in its first, with that tag.

    The respondent's page picks likewise (frontend/src/texts/index.ts).
    """
    tags = {tag.lower().split("-")[0]: tag for tag in sorted(text, reverse=True)}
    tag = tags.get(language) or tags.get("en") or min(text)
    return tag, text[tag]


def check_support(form: Form) -> None:
    """Check that the form may be launched as far as its support panel goes.

    :raises EmptySupportError: if the panel is empty.
    """
    if not form.support:
        raise EmptySupportError


def is_whole(value: object) -> TypeGuard[int]:
    """Return whether a value is a whole number; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def _check_scale(item: Item) -> None:
    if item.min is None or item.max is None or not (is_whole(item.min) and is_whole(item.max)):
        raise InvalidFormError
    if not 2 <= item.max - item.min + 1 <= MOST_POINTS:
        raise InvalidFormError
    named = [label.id for label in item.labels]
    if len(set(named)) != len(named) or not set(named) <= {str(point) for point in item.points}:
        raise InvalidFormError


def _check_choice(item: Item) -> None:
    names = [option.id for option in item.options]
    if not 2 <= len(names) <= MOST_OPTIONS or len(set(names)) != len(names):
        raise InvalidFormError
    if not all(IDENTIFIER.fullmatch(name) for name in names):
        raise InvalidFormError


def _check_comment(item: Item) -> None:
    if item.max_length is None or not is_whole(item.max_length) or item.max_length < 1:
        raise InvalidFormError
    if item.cant_say:  # a comment left empty says the same
        raise InvalidFormError


_CHECKS = {
    "scale": _check_scale,
    "single": _check_choice,
    "multiple": _check_choice,
    "comment": _check_comment,
}
