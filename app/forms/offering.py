"""What a program can choose from: questions of the pulse, and own forms."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.forms.entries import entry_of, finished_of, own_forms
from app.models.identity.own_form import OwnForm
from app.models.identity.program import Program
from surveys.baselines import wording
from surveys.instruments import Instrument, choices_of, offered


@dataclass(frozen=True)
class OwnChoice:
    """An own form as the page offers it.

    :ivar whole: whether it can be asked; else something is missing in it still.
    :ivar bank: how many of its questions rotate.
    """

    id: str
    entry: Instrument
    whole: bool
    bank: int


def own_choices(session: Session, program: Program) -> tuple[OwnChoice, ...]:
    """Return the own forms that a program can ask, by name."""
    return tuple(_own_choice(own) for own in own_forms(session, program.id))


def _own_choice(own: OwnForm) -> OwnChoice:
    finished = finished_of(own)
    return OwnChoice(own.id, entry_of(own), finished.whole, len(finished.bank))


def pulse_choices() -> tuple[tuple[str, str], ...]:
    """Return id and words of each question that can be chosen by itself."""
    return tuple((item.id, wording(item)) for entry in offered() for item in choices_of(entry))
