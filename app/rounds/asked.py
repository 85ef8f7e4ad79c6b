"""Who was asked in rounds that have ended: kept only for the count in the next round's mail."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.form import Form
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.rounds.series import is_check_in


def forget_who_was_asked(session: Session, until: datetime) -> None:
    """Delete the invitations of ended rounds, but for those that the next mail is compared with.

    Of these only who was asked stays: cell and whether a mail went out are no longer needed.

    :param until: a round that closed by then is compared with no more.
    """
    ended = select(Pool.pool_id).where(Pool.state == "ended")
    compared = _last_closed(session)
    over = ended.where(or_(Pool.round_id.not_in(compared), Pool.closes_at <= until))
    session.execute(
        delete(Invitation).where(Invitation.pool_id.in_(over)),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Invitation)
        .where(Invitation.pool_id.in_(ended), or_(Invitation.cell != 0, Invitation.mailed))
        .values(cell=0, mailed=False),
        execution_options={"synchronize_session": False},
    )


def _last_closed(session: Session) -> list[str]:
    """Return the ids of the last closed rounds.

    Of check-ins one for each program, kind of form and group; of feedback all of the last cycle
    that ended in each program about the same.
    """
    rows = session.execute(
        select(Round.program_id, Form.kind, Round.group_id, Round.id)
        .join(Form, Form.id == Round.form_id)
        .where(Round.state == "closed", is_check_in())
        .order_by(Round.number)
    )
    cycles = session.execute(
        select(FeedbackCycle.program_id, FeedbackCycle.about, FeedbackCycle.id)
        .join(Round, Round.cycle_id == FeedbackCycle.id)
        .where(Round.state == "closed")
        .order_by(FeedbackCycle.number)
    )
    last = {row[:2]: row.id for row in cycles}.values()
    feedback = session.scalars(
        select(Round.id).where(Round.cycle_id.in_(last), Round.state == "closed")
    )
    return [*{row[:3]: row.id for row in rows}.values(), *feedback]
