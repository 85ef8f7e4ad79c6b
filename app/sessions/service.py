"""Ask one circle how its session was, in a round of its own under all rules of rounds."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.forms.service import session_form
from app.languages import told
from app.models.identity.group import Group
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.programs.acts import Actor
from app.programs.planning import Plan, plan_round
from app.programs.schemas import AGAIN_AFTER, Wish
from app.rounds.errors import RoundError, RoundUnderWayError, TooFewPeopleError
from app.rounds.series import is_session
from app.rounds.service import UNFINISHED, request_round
from crypto.envelope import DataKey
from surveys.errors import ClosingTimesError, SurveyError


class NotNowError(Exception):
    """A circle can't be asked at present; the text says why, and counts nobody."""


@dataclass(frozen=True)
class Circle:
    """A group with its program."""

    group: Group
    program: Program


def find_circle(session: Session, group_id: str, program_id: str | None = None) -> Circle | None:
    """Return a group, None if there is none; with `program_id` only one of that program."""
    group = session.get(Group, group_id)
    if group is None or program_id not in (None, group.program_id):
        return None
    return Circle(group, session.get_one(Program, group.program_id))


def plan_session(
    session: Session,
    actor: Actor,
    circle: Circle,
    closes: int,
    roster_key: DataKey,
    support: Sequence[tuple[str, str]],
) -> Plan:
    """Return the round as it would be sent now.

    :param closes: how many closing times it has, 1 to 3.
    :raises NotNowError: if a rule of rounds is in the way.
    """
    wish = Wish(circle.group.id, closes, AGAIN_AFTER[0])
    form = session_form(session)
    try:
        return plan_round(session, circle.program, wish, actor.now, roster_key, support, form)
    except (RoundError, SurveyError) as error:
        raise NotNowError(_why_not(session, circle, error)) from error


def ask_after_session(
    session: Session,
    actor: Actor,
    circle: Circle,
    closes: int,
    roster_key: DataKey,
    support: Sequence[tuple[str, str]],
) -> Round:
    """Return a round that the worker launches now.

    :raises NotNowError: as for `plan_session`.
    """
    plan = plan_session(session, actor, circle, closes, roster_key, support)
    again_after = Wish(circle.group.id, closes, AGAIN_AFTER[0]).again_after
    try:
        fresh = request_round(
            session,
            circle.program,
            plan.form,
            actor.now,
            group_id=circle.group.id,
            again_after=again_after,
        )
    except (RoundError, SurveyError) as error:  # somebody was quicker
        raise NotNowError(_why_not(session, circle, error)) from error
    record(
        session,
        actor.now,
        actor.account_id,
        "asked a circle about its session",
        f"group {circle.group.id}",
    )
    return fresh


def _why_not(session: Session, circle: Circle, error: Exception) -> str:
    if isinstance(error, RoundUnderWayError):
        own = select(Round.id).where(
            Round.group_id == circle.group.id, is_session(), Round.state.in_(UNFINISHED)
        )
        if session.scalar(own.limit(1)) is not None:
            return _("Your circle is being asked already.")
        return _(
            "Another circle of the program is being asked about its session. One can be asked at "
            "a time: come back when that round has closed."
        )
    if isinstance(error, TooFewPeopleError):
        return _(
            "It takes at least %(number)s members who can be asked, besides mentors and admins, "
            "who see the result. This circle has fewer.",
            number=circle.program.k,
        )
    if isinstance(error, ClosingTimesError):
        return _(
            "It would close less than six days from the last time that a circle of the program "
            "was asked about its session. Come back in some days: results that lie closer tell "
            "too much."
        )
    return told(error)
