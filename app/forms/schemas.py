"""What the page on which a program's questions are chosen takes: shapes only."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.forms.entries import OWN
from surveys.errors import ItemChoiceError

MOST_BANK = 6  # more of a bank than that makes a round too long
_MOST_DIGITS = 2


@dataclass(frozen=True)
class Choice:
    """Questions as chosen: a set, which of its questions, and what is asked beside them.

    :ivar own_change: whether the pulse asks for one's own change, too.
    :ivar own: what is asked beside the set: the id of an own form, or the name of a shipped set.
    :ivar bank_each: how many of the own form's bank a round asks; 0 for all.
    """

    instrument: str
    items: frozenset[str]
    own_change: bool
    own: str = ""
    bank_each: int = 0

    @property
    def beside(self) -> str:
        """Return what is asked beside a shipped set; an own form has nothing beside it."""
        alone = self.instrument.startswith(OWN) or self.own == self.instrument
        return "" if alone else self.own


def read_choice(form: MultiDict[str, str]) -> Choice:
    """Return the questions that a form or an address asks for."""
    each = form.get("bank_each", "")
    return Choice(
        form.get("instrument", ""),
        frozenset(form.getlist("item")),
        form.get("own_change") == "1",
        form.get("own", ""),
        int(each) if each.isascii() and each.isdigit() and len(each) <= _MOST_DIGITS else 0,
    )


def field_of(error: Exception) -> str:
    """Return the id of the field that a refusal is about."""
    return "items" if isinstance(error, ItemChoiceError) else "instrument"
