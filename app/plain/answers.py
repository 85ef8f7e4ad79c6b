"""Answers as a form without a script sends them, and the values of the ballot that they make."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from surveys.items import Form, Item

CANT_SAY = "-"  # no option of a form is called so
_PREFIX = "q_"


@dataclass(frozen=True)
class Flaw:
    """What is wrong with the answers, and at which item ("" for all of them)."""

    item: str
    sentence: str


def name_of(item: Item) -> str:
    """Return the name of an item's field."""
    return _PREFIX + item.id


def typed_in(form: Form, sent: "MultiDict[str, str]") -> dict[str, list[str]]:
    """Return what was typed or picked, by item id; what belongs to no item is dropped."""
    return {
        item.id: [_cleaned(text) for text in sent.getlist(name_of(item)) if text.strip()]
        for item in form.items
    }


def values_of(form: Form, typed: Mapping[str, list[str]]) -> dict[str, object]:
    """Return the values of a ballot; what was left open, or fits no item, has none."""
    values = {}
    for item in form.items:
        texts = typed.get(item.id, [])
        if item.cant_say and CANT_SAY in texts:
            values[item.id] = None
        elif item.type == "comment" and texts:
            values[item.id] = texts[0]
        elif picked := [name for name in item.option_ids if name in texts]:
            values[item.id] = _value(item, picked)
    return values


def flaws_in(form: Form, values: Mapping[str, object]) -> list[Flaw]:
    """Return what is still wrong, in the form's order; empty when the answers can be sent."""
    flaws = []
    if not any(item.id in values for item in form.items if item.type != "comment"):
        flaws.append(Flaw("", _("Answer at least one question.")))
    for item in form.items:
        value = values.get(item.id)
        if item.required and item.id not in values:
            flaws.append(Flaw(item.id, _("This one needs an answer.")))
        if item.type == "comment" and isinstance(value, str):
            over = len(value.encode()) - (item.max_length or 0)
            if over > 0:
                flaws.append(Flaw(item.id, _too_long(over)))
    return flaws


def _too_long(over: int) -> str:
    return ngettext(
        "Too long by about %(num)s character.", "Too long by about %(num)s characters.", over
    )


def _value(item: Item, picked: list[str]) -> object:
    if item.type == "multiple":
        return picked
    return int(picked[0]) if item.type == "scale" else picked[0]


def _cleaned(text: str) -> str:
    """Return a text without what no keyboard means: control characters, halves of pairs."""
    whole = text.replace("\r\n", "\n").encode("utf-8", "replace").decode()
    return "".join(sign if sign == "\n" or sign.isprintable() else " " for sign in whole)
