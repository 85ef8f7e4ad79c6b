"""From nothing to the first results: each step's state is read from the database, none is kept."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models.identity.account import Account
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.program import Program
from app.models.identity.program_form import ProgramForm
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule


@dataclass(frozen=True)
class Step:
    """A step: what to do, where, one sentence about it, and whether it is done."""

    title: str
    sentence: str
    path: str
    done: bool


def first_steps(session: Session) -> tuple[Step, ...]:
    """Return the steps to the first results; empty once a round has closed."""
    if _any(session, Round.id, Round.state == "closed"):
        return ()
    program = session.scalar(select(Program.id).order_by(Program.name).limit(1))
    setup = "/programs/new" if program is None else f"/programs/{program}/setup"
    return (
        _who(session),
        Step(
            _("Set up a program"),
            _("Its name, its time zone, and how many answers it takes before anything is shown."),
            "/programs/new" if program is None else f"/programs/{program}",
            program is not None,
        ),
        Step(
            _("Bring in its people and circles"),
            _("From a file, or one by one. Nobody gets a mail by that."),
            f"{setup}/people" if program else setup,
            _any(session, Membership.person_id),
        ),
        Step(
            _("Look at the questions"),
            _("A short check-in is chosen already; you can take another, or write your own."),
            f"{setup}/questions" if program else "/forms",
            _any(session, ProgramForm.program_id) or _any(session, Round.id),
        ),
        Step(
            _("Plan the rounds, or send the first one"),
            _("Before anything is sent, a page says who is asked, who sees it, and when."),
            f"{setup}/schedule" if program else setup,
            _any(session, Schedule.program_id) or _any(session, Round.id),
        ),
        _mail(session, setup),
        Step(
            _("Read the first results"),
            _("They appear once, after the closing time, if enough people have answered."),
            "/calendar",
            False,
        ),
    )


def _who(session: Session) -> Step:
    admins = session.scalar(
        select(func.count()).where(Account.admin.is_(True), Account.active.is_(True))
    )
    return Step(
        _("Decide who else is an admin"),
        ngettext(
            "%(num)d admin can sign in. The operator adds more: flask chorus admin add ADDRESS",
            "%(num)d admins can sign in. The operator adds more: flask chorus admin add ADDRESS",
            admins or 0,
        ),
        "/audit",
        (admins or 0) > 1,
    )


def _mail(session: Session, setup: str) -> Step:
    sent = _any(session, Invitation.pool_id, Invitation.mailed.is_(True))
    words = _("Your mail relay has accepted mails of a round.")
    if not sent:
        words = _("Your mail relay has accepted no mail of a round yet. The first round will tell.")
    return Step(_("See that mails go out"), words, "/calendar", sent)


def _any(
    session: Session, column: InstrumentedAttribute[object], *conditions: ColumnElement[bool]
) -> bool:
    """Return whether there is any such row."""
    return session.execute(select(column).where(*conditions).limit(1)).first() is not None
