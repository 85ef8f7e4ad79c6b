"""What the forms and filters of alerts take: shapes only; what a value means is for the acts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.programs.schemas import Fault, ShapeError

NOTE_MOST, ACTION_MOST = 2000, 300  # characters
VERDICTS = {
    "helped": _l("It helped"),
    "not helped": _l("It didn't help"),
    "unsure": _l("Can't say"),
}
STATES = {
    "": _l("All"),
    "open": _l("Open"),
    "unowned": _l("Open, nobody's yet"),
    "mine": _l("Mine, open"),
    "overdue": _l("With an overdue action"),
    "over": _l("Over"),
}
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_MOST_DIGITS = 4
_NAME_MOST = 120  # characters


@dataclass(frozen=True)
class Filter:
    """Which alerts a list shows; empty words mean all. Pages count from 1.

    :ivar name: a program's name, or part of one.
    """

    name: str = ""
    state: str = ""
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Return whether any alert may be left out."""
        return bool(self.name or self.state)

    def page_query(self, page: int) -> str:
        """Return the query of another page of the same list."""
        parts = {"q": self.name, "state": self.state, "page": str(page)}
        return urlencode({name: value for name, value in parts.items() if value})


@dataclass(frozen=True)
class Plan:
    """An action as typed."""

    text: str
    due_on: date


def read_filter(query: Mapping[str, str]) -> Filter:
    """Return which alerts are asked for; what can't be understood asks for all."""
    state, page = query.get("state", ""), query.get("page", "")
    known = page.isascii() and page.isdigit() and len(page) <= _MOST_DIGITS
    return Filter(
        name=" ".join(query.get("q", "").split())[:_NAME_MOST],
        state=state if state in STATES else "",
        page=max(1, int(page)) if known else 1,
    )


def read_note(form: Mapping[str, str]) -> str:
    """Return the typed note.

    :raises ShapeError: if it is empty or too long.
    """
    return _text(form, "note", NOTE_MOST, _("Write the note first."))


def read_plan(form: Mapping[str, str]) -> Plan:
    """Return the typed action.

    :raises ShapeError: for empty or long words, or a day that is none.
    """
    text = _text(form, "action", ACTION_MOST, _("Say what will be done."))
    return Plan(text, read_day(form, "due_on", "due_on"))


def read_day(form: Mapping[str, str], name: str, field: str) -> date:
    """Return a typed day.

    :param field: the id of its field on the page, for the fault.
    :raises ShapeError: if it is none.
    """
    try:
        return date.fromisoformat(form.get(name, "").strip())
    except ValueError:
        raise ShapeError(Fault(field, _("Give a day, as in 2026-05-18."))) from None


def read_verdict(form: Mapping[str, str]) -> str:
    """Return whether an action helped, in one of three words.

    :raises ShapeError: for any other.
    """
    verdict = form.get("verdict", "")
    if verdict not in VERDICTS:
        raise ShapeError(Fault("verdict", _("Choose one of the three.")))
    return verdict


def _text(form: Mapping[str, str], name: str, most: int, if_empty: str) -> str:
    text = _CONTROLS.sub(" ", form.get(name, "").replace("\r\n", "\n")).strip()
    if not text:
        raise ShapeError(Fault(name, if_empty))
    over = len(text) - most
    if over > 0:
        raise ShapeError(Fault(name, _("Too long by %(over)s characters. Shorten it.", over=over)))
    return text
