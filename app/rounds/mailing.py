"""How far the mails of a launch have come: what the relay took, which says nothing of answers."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.round import Round

SHOWN_FROM = 20  # D4: smaller counts are bands everywhere, and so few mails are sent in a moment


@dataclass(frozen=True)
class Progress:
    """How many of a round's mails the relay has taken, rounded down to tens or hundreds."""

    sent: int
    of: int


def count_mailed(session: Session, round_id: str) -> int:
    """Return how many links of a round the relay has taken."""
    query = (
        select(func.count())
        .select_from(Invitation)
        .join(Pool, Pool.pool_id == Invitation.pool_id)
        .where(Pool.round_id == round_id, Invitation.mailed)
    )
    return session.scalar(query) or 0


def progress_of(session: Session, round_: Round) -> Progress | None:
    """Return how far a round's launch has come; None where none is under way, or few are asked.

    Rounded, since nobody should see from it which mail was the one that went just now.
    """
    of = round_.invited - round_.printed_codes
    if round_.state != "launching" or of < SHOWN_FROM:
        return None
    sent = count_mailed(session, round_.id)
    return Progress(sent - sent % (10 if of < 1000 else 100), of)


def share_of_cycle(session: Session, cycle: FeedbackCycle) -> float | None:
    """Return what share of a cycle's links the relay has taken, 0 to 1, rounded down to tenths.

    None where none are being sent, or few. How many there are is not told: beside the roster it
    would say how many get no mails.
    """
    if cycle.state != "launching":
        return None
    of, sent = session.execute(
        select(func.count(), func.count().filter(Invitation.mailed))
        .select_from(Invitation)
        .join(Pool, Pool.pool_id == Invitation.pool_id)
        .join(Round, Round.id == Pool.round_id)
        .where(Round.cycle_id == cycle.id)
    ).one()
    return None if of < SHOWN_FROM else 10 * sent // of / 10
