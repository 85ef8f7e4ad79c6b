"""Say when the next results come."""

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.results.words import moment_words
from app.rounds.series import is_check_in, is_session


def outlook(session: Session, program: Program, group_id: str | None = None) -> str:
    """Return a sentence about the next results of a program, in the program's own time.

    :param group_id: the group that the page is about, whose own rounds count as well; of those
        of other groups nothing is said.
    """
    running = session.scalars(
        select(Round).where(
            Round.program_id == program.id,
            is_check_in(),
            or_(Round.group_id.is_(None), Round.group_id == group_id),
            Round.state.in_(("due", "launching", "open")),
        )
    ).first()
    if running is not None:
        closes = moment_words(running.closes_at, program.time_zone)
        if running.state == "open":
            return _("A round is open. Its results stand here after %(moment)s.", moment=closes)
        return _("A round is being sent. Its results stand here after %(moment)s.", moment=closes)
    schedule = session.get(Schedule, program.id)
    if schedule is None:
        return _("No round is planned yet. When one has closed, its results stand here.")
    opens = moment_words(schedule.next_at, program.time_zone)
    return _(
        "The next round opens on %(moment)s. When it has closed, its results stand here.",
        moment=opens,
    )


def session_outlook(session: Session, program: Program, group_id: str) -> str:
    """Return when a group's answers about its session stand here; empty if it isn't asked now."""
    running = session.scalars(
        select(Round).where(
            Round.group_id == group_id, is_session(), Round.state.in_(("due", "launching", "open"))
        )
    ).first()
    if running is None:
        return ""
    closes = moment_words(running.closes_at, program.time_zone)
    return _(
        "Your circle is being asked how its session was. The result stands here after %(moment)s.",
        moment=closes,
    )
