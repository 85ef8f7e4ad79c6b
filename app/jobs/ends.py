"""Destroy, unread, what an admin cancelled or what too few links went out for."""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.leases import for_each_round
from app.jobs.workplace import Workplace
from app.models.identity.form import Form
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.opening.service import destroy_pool
from app.rounds.closings import days_between
from app.rounds.cycles import ask_again_in_cycle, in_place_of
from app.rounds.errors import RoundError
from app.rounds.series import in_series
from app.rounds.service import request_round
from app.rounds.settling import end_invitations, invited_people, owe_notices, settle_round
from surveys.errors import SurveyError

# A relay that fails this often needs the operator; asking the same people again would not help.
MOST_ABORTED_IN_A_ROW = 3


def cancel_rounds(workplace: Workplace) -> None:
    """Finish what admins began: destroy, then one mail to everyone who was asked."""
    for_each_round(workplace, _cancel_claimed, Round.state == "cancelling")


def abort_rounds(workplace: Workplace) -> None:
    """Destroy pools that too few were invited to, and ask for a round that replaces each."""
    for_each_round(workplace, _abort_claimed, Round.state == "aborting")


def _cancel_claimed(workplace: Workplace, round_id: str) -> None:
    _destroy(workplace, round_id)
    end_invitations(workplace.identity, round_id)
    with workplace.identity.begin() as session:
        asked = invited_people(session, round_id)
        cancelled = session.get_one(Round, round_id)
        # Raters of a cycle are owed one mail for all of its rounds, since it was cancelled.
        if settle_round(session, round_id, "cancelled") and cancelled.cycle_id is None:
            owe_notices(session, "cancelled", round_id, asked)


def _abort_claimed(workplace: Workplace, round_id: str) -> None:
    _destroy(workplace, round_id)
    end_invitations(workplace.identity, round_id)
    with workplace.identity.begin() as session:
        aborted = session.get_one(Round, round_id)
        # The last link that a dead launch sent may be out without having been noted.
        may_have_mailed = aborted.invited > 0 or aborted.replaces_earlier
        if settle_round(session, round_id, "aborted") and _worth_another(session, aborted):
            if aborted.cycle_id is not None:
                ask_again_in_cycle(session, aborted)
            else:
                _ask_again(session, aborted, workplace.now(), replaces_earlier=may_have_mailed)


def _ask_again(session: Session, aborted: Round, now: datetime, *, replaces_earlier: bool) -> None:
    """Ask for a round in its place, unless none may begin now: it has ended all the same."""
    try:
        request_round(
            session,
            session.get_one(Program, aborted.program_id),
            session.get_one(Form, aborted.form_id),
            now,
            group_id=aborted.group_id,
            again_after=days_between(aborted),
            printed_codes=aborted.printed_codes,
            replaces_earlier=replaces_earlier,
        )
    except (RoundError, SurveyError) as reason:
        structlog.get_logger().warning(
            "stopped round not replaced",
            program=aborted.program_id,
            error=type(reason).__name__,
        )


def _worth_another(session: Session, aborted: Round) -> bool:
    session.flush()
    alike = in_series(aborted.program_id, aborted.form_id)
    last = session.scalars(
        select(Round.state)
        .where(alike if aborted.cycle_id is None else in_place_of(aborted))
        .order_by(Round.number.desc())
        .limit(MOST_ABORTED_IN_A_ROW)
    ).all()
    return len(last) < MOST_ABORTED_IN_A_ROW or set(last) != {"aborted"}


def _destroy(workplace: Workplace, round_id: str) -> None:
    with workplace.identity.begin() as session:
        pools = session.scalars(select(Pool.pool_id).where(Pool.round_id == round_id)).all()
    for pool_id in pools:
        destroy_pool(workplace.identity, workplace.ballots, workplace.vault, pool_id)
