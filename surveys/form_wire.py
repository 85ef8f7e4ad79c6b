"""Turn a form into the JSON object that the public page reads, and back.

Source: protocol, names on the wire, Form. Canonical bytes are made elsewhere.
"""

from collections.abc import Sequence
from typing import TypeAlias, cast

from surveys.errors import InvalidFormError
from surveys.items import Choice, Form, Item, ItemType, SupportLine, Text, is_whole

Wire: TypeAlias = dict[str, object]

WIRE_VERSION = 1


def _choices_to_wire(choices: Sequence[Choice]) -> list[Wire]:
    return [{"id": choice.id, "text": dict(choice.text)} for choice in choices]


def item_to_wire(item: Item) -> Wire:
    """Return the item as a JSON object; every field is there, unused ones null or empty."""
    return {
        "id": item.id,
        "type": item.type,
        "text": dict(item.text),
        "required": item.required,
        "min": item.min,
        "max": item.max,
        "labels": _choices_to_wire(item.labels),
        "options": _choices_to_wire(item.options),
        "max_length": item.max_length,
        "cant_say": item.cant_say,
    }


def form_to_wire(form: Form) -> Wire:
    """Return the form as a JSON object; one without a notice has no key for it."""
    noticed: Wire = {} if form.notice is None else {"notice": dict(form.notice)}
    return noticed | {
        "v": WIRE_VERSION,
        "title": dict(form.title),
        "items": [item_to_wire(item) for item in form.items],
        "support": [{"label": dict(line.label), "contact": line.contact} for line in form.support],
    }


def _objects(value: object, keys: set[str]) -> list[Wire]:
    """Return a list of JSON objects that have just these keys."""
    if not isinstance(value, list):
        raise InvalidFormError
    for entry in value:
        if not isinstance(entry, dict) or set(entry) != keys:
            raise InvalidFormError
    return cast(list[Wire], value)


def _choices(value: object) -> tuple[Choice, ...]:
    entries = _objects(value, {"id", "text"})
    if not all(isinstance(entry["id"], str) for entry in entries):
        raise InvalidFormError
    return tuple(Choice(cast(str, entry["id"]), cast(Text, entry["text"])) for entry in entries)


_ITEM_KEYS = set(Item.__dataclass_fields__)


def item_from_wire(wire: object) -> Item:
    """Return the item that a JSON object holds.

    :raises InvalidFormError: if a field is missing, unknown or wrong.
    """
    entry = _objects([wire], _ITEM_KEYS)[0]
    flags = (entry["required"], entry["cant_say"])
    if not all(isinstance(flag, bool) for flag in flags) or not isinstance(entry["id"], str):
        raise InvalidFormError
    for name in ("min", "max", "max_length"):
        if entry[name] is not None and not is_whole(entry[name]):
            raise InvalidFormError
    return Item(
        id=entry["id"],
        type=cast(ItemType, entry["type"]),
        text=cast(Text, entry["text"]),
        required=cast(bool, flags[0]),
        min=cast(int | None, entry["min"]),
        max=cast(int | None, entry["max"]),
        labels=_choices(entry["labels"]),
        options=_choices(entry["options"]),
        max_length=cast(int | None, entry["max_length"]),
        cant_say=cast(bool, flags[1]),
    )


def form_from_wire(wire: object) -> Form:
    """Return the form that a JSON object holds.

    :raises InvalidFormError: if a field is missing, unknown or wrong.
    """
    keys = {"v", "title", "items", "support"}
    if isinstance(wire, dict) and "notice" in wire:
        keys.add("notice")
    entry = _objects([wire], keys)[0]
    if entry["v"] != WIRE_VERSION or not isinstance(entry["items"], list):
        raise InvalidFormError
    support = _objects(entry["support"], {"label", "contact"})
    if not all(isinstance(line["contact"], str) for line in support):
        raise InvalidFormError
    return Form(
        title=cast(Text, entry["title"]),
        items=tuple(item_from_wire(item) for item in entry["items"]),
        support=tuple(
            SupportLine(cast(Text, line["label"]), cast(str, line["contact"])) for line in support
        ),
        notice=cast(Text | None, entry.get("notice")),
    )
