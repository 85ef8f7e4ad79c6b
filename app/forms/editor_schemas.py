"""What the editor of own forms takes: whatever was typed, and nothing of it is refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from surveys.drafts import COMMENT_LENGTHS, Draft, DraftItem, can_count
from surveys.items import Choice, Text

MOST_BYTES = 512 * 1024  # a long form in several languages is larger than what people else send
LEAST_WEEKS = (0, 1, 2, 4, 8, 13, 26)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # what no keyboard means, and one database can't hold
_MOST_DIGITS = 9


def read_draft(stored: Draft, form: Mapping[str, str]) -> Draft:
    """Return the stored draft with what was typed in its place; what was not sent stays."""
    weeks = _number(form, "least_weeks", stored.least_weeks)
    return replace(
        stored,
        title=_text(form, "title", stored.title, stored.languages),
        items=tuple(_item(form, item, stored.languages) for item in stored.items),
        source=_words(form, "source", stored.source),
        licence=_words(form, "licence", stored.licence),
        least_weeks=weeks if weeks in LEAST_WEEKS else stored.least_weeks,
    )


def read_title(form: Mapping[str, str]) -> str:
    """Return the title of a form that is begun; it may be empty."""
    return _words(form, "title", "")


def read_revision(form: Mapping[str, str]) -> int:
    """Return the revision that the typing began with; 0, which none is, without one."""
    return _number(form, "revision", 0)


def _item(form: Mapping[str, str], item: DraftItem, languages: Sequence[str]) -> DraftItem:
    first = _number(form, f"{item.id}.first", item.first)
    count = _number(form, f"{item.id}.count", item.count)
    length = _number(form, f"{item.id}.length", item.max_length)
    known = can_count(first, count)
    points = map(str, item.points)
    labels = {
        point: _text(form, f"{item.id}.label.{point}", item.labels.get(point, {}), languages)
        for point in points
    }
    return replace(
        item,
        text=_text(form, f"{item.id}.text", item.text, languages),
        required=form.get(f"{item.id}.required") == "1",
        cant_say=form.get(f"{item.id}.cant_say") == "1",
        rotates=form.get(f"{item.id}.rotates") == "1",
        first=first if known else item.first,
        count=count if known else item.count,
        labels={**item.labels, **labels} if item.type == "scale" else item.labels,
        options=tuple(
            Choice(
                option.id,
                _text(form, f"{item.id}.option.{option.id}", option.text, languages),
            )
            for option in item.options
        ),
        max_length=length if length in COMMENT_LENGTHS else item.max_length,
    )


def _text(form: Mapping[str, str], name: str, stored: Text, languages: Sequence[str]) -> Text:
    return {
        **stored,
        **{tag: _words(form, f"{name}.{tag}", stored.get(tag, "")) for tag in languages},
    }


def _words(form: Mapping[str, str], name: str, stored: str) -> str:
    return _CONTROL.sub(" ", form.get(name, stored))


def _number(form: Mapping[str, str], name: str, stored: int) -> int:
    typed = form.get(name, "")
    whole = typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS
    return int(typed) if whole else stored
