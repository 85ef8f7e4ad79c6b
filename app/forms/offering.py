"""What a program can choose from: questions of the pulse, own forms, sets beside another."""

from sqlalchemy.orm import Session

from app.forms.asked import worded
from app.forms.entries import SHIPPED_BESIDE, Further, further_of, own_forms, shipped_further
from app.models.identity.program import Program
from surveys.instruments import choices_of, offered


def own_choices(session: Session, program: Program) -> tuple[Further, ...]:
    """Return the own forms that a program can ask, by name."""
    return tuple(further_of(own) for own in own_forms(session, program.id))


def shipped_beside() -> tuple[Further, ...]:
    """Return the shipped sets that can stand beside another."""
    return tuple(map(shipped_further, SHIPPED_BESIDE))


def pulse_choices() -> tuple[tuple[str, str], ...]:
    """Return id and words of each question that can be chosen by itself."""
    return tuple((item.id, worded(item)) for entry in offered() for item in choices_of(entry))
