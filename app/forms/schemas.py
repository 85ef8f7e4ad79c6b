"""What the page on which a program's questions are chosen takes: shapes only."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from surveys.errors import ItemChoiceError
from surveys.instruments import PULSE

MOST_BANK = 6  # more of a bank than that makes a round too long
_MOST_DIGITS = 2


@dataclass(frozen=True)
class Choice:
    """Questions as chosen: a set, which of its questions, and what is asked beside them.

    :ivar own_change: whether the pulse asks for one's own change, too.
    :ivar own: id of the own form whose questions stand beside the pulse's; empty for none.
    :ivar bank_each: how many of the own form's bank a round asks; 0 for all.
    """

    instrument: str
    items: frozenset[str]
    own_change: bool
    own: str = ""
    bank_each: int = 0

    @property
    def beside(self) -> str:
        """Return the own form that is asked beside the pulse; no other set has one beside it."""
        return self.own if self.instrument == PULSE else ""


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
