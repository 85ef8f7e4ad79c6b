"""Change a draft in one way: add a question or an option, move one, take one away."""

from collections.abc import Callable
from dataclasses import replace

from surveys.drafts import MOST_ITEMS, Draft, DraftItem
from surveys.form_review import language_names
from surveys.items import MOST_OPTIONS, Choice

# What can be added, by the name of the act: the question as it begins.
BEGINNINGS = {
    "scale": DraftItem("", "scale"),
    "ten": DraftItem("", "scale", first=0, count=11),
    "single": DraftItem("", "single"),
    "multiple": DraftItem("", "multiple"),
    "comment": DraftItem("", "comment"),
}


def acted(draft: Draft, act: str, new_id: Callable[[], str]) -> tuple[Draft, str]:
    """Return the draft after an act, and the field to go on at; unknown acts change nothing.

    :param act: its name and what it is about, parted by spaces: "add scale", "up own_x".
    :param new_id: gives the id of a new question.
    """
    name, *about = act.split() or [""]
    if name == "add" and about and about[0] in BEGINNINGS and len(draft.items) < MOST_ITEMS:
        return _with_item(draft, about[0], new_id())
    if name == "language" and about and about[0] in language_names():
        return _with_language(draft, about[0]), "title"
    at = next((n for n, item in enumerate(draft.items) if about and item.id == about[0]), None)
    if at is None or name not in _ACTS:
        return draft, ""
    return _ACTS[name](draft, at, about[1:])


def _with_item(draft: Draft, kind: str, item_id: str) -> tuple[Draft, str]:
    fresh = replace(BEGINNINGS[kind], id=item_id)
    if fresh.type in ("single", "multiple"):
        fresh = _with_option(_with_option(fresh))
    return replace(draft, items=(*draft.items, fresh)), item_id


def _with_language(draft: Draft, tag: str) -> Draft:
    """Return the draft with a language more or less; its words stay in case it comes back."""
    if tag not in draft.languages:
        return replace(draft, languages=(*draft.languages, tag))
    left = tuple(each for each in draft.languages if each != tag)
    return replace(draft, languages=left or draft.languages)


def _with_option(item: DraftItem) -> DraftItem:
    used = {option.id for option in item.options}
    fresh = next(name for number in range(len(used) + 1) if (name := f"o{number + 1}") not in used)
    return replace(item, options=(*item.options, Choice(fresh, {})))


def _replaced(draft: Draft, at: int, item: DraftItem) -> Draft:
    return replace(draft, items=(*draft.items[:at], item, *draft.items[at + 1 :]))


def _add_option(draft: Draft, at: int, about: list[str]) -> tuple[Draft, str]:
    item = draft.items[at]
    if len(item.options) >= MOST_OPTIONS or item.type not in ("single", "multiple"):
        return draft, item.id
    more = _with_option(item)
    field = f"{item.id}.option.{more.options[-1].id}.{draft.languages[0]}"
    return _replaced(draft, at, more), field


def _drop_option(draft: Draft, at: int, about: list[str]) -> tuple[Draft, str]:
    item = draft.items[at]
    kept = tuple(option for option in item.options if option.id not in about)
    return _replaced(draft, at, replace(item, options=kept)), item.id


def _move(by: int) -> Callable[[Draft, int, list[str]], tuple[Draft, str]]:
    def move(draft: Draft, at: int, about: list[str]) -> tuple[Draft, str]:
        items = list(draft.items)
        moved = items.pop(at)
        items.insert(max(0, at + by), moved)
        return replace(draft, items=tuple(items)), moved.id

    return move


def _remove(draft: Draft, at: int, about: list[str]) -> tuple[Draft, str]:
    items = (*draft.items[:at], *draft.items[at + 1 :])
    return replace(draft, items=items), items[min(at, len(items) - 1)].id if items else "add"


_ACTS: dict[str, Callable[[Draft, int, list[str]], tuple[Draft, str]]] = {
    "up": _move(-1),
    "down": _move(1),
    "remove": _remove,
    "option": _add_option,
    "drop": _drop_option,
}
