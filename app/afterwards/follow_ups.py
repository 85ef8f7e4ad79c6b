"""What was done about a round: written for its results, dated, changed at will, never silently."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.extensions import Store
from app.models.identity.follow_up import FollowUp
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.results.service import NotReleasedError, released_round

MOST_CHARACTERS = 2000


class FollowUpError(Exception):
    """What was done can't be written so; the text is for the person who wrote."""


class TooLongError(FollowUpError):
    """It is too long to be read on a phone."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This is longer than %(most)s characters. Say it shorter: it is read on phones.",
                most=MOST_CHARACTERS,
            )
        )


class NoResultsError(Exception):
    """This program has no such round, or nothing of it is published."""


@dataclass(frozen=True)
class Written:
    """What was done about a round, and on which day that was written."""

    text: str
    day: date


def follow_up_of(session: Session, round_id: str) -> Written | None:
    """Return what was written about a round."""
    found = session.get(FollowUp, round_id)
    return None if found is None else Written(found.text, found.written_on)


def done_about(identity: Store, round_id: str | None) -> Written | None:
    """Return what was done about the round of a page of results; None where it shows none."""
    if round_id is None:
        return None
    with identity.read() as session:
        return follow_up_of(session, round_id)


def write_follow_up(
    session: Session, program: Program, round_id: str, text: str, now: datetime, who: str
) -> None:
    """Keep what was done about a published round of this program; no words take it back.

    :raises TooLongError: if it is longer than may be.
    :raises NoResultsError: if there is nothing to write about.
    """
    words = text.replace("\r\n", "\n").strip()
    if len(words) > MOST_CHARACTERS:
        raise TooLongError
    check_published(session, program, round_id)
    before = session.get(FollowUp, round_id)
    if words == (before.text if before else ""):
        return
    act = "took back what was done about a round"
    if before is not None and not words:
        session.delete(before)
    elif before is not None:
        before.text, before.written_on = words, now.date()
        act = "changed what was done about a round"
    else:
        session.add(FollowUp(round_id=round_id, text=words, written_on=now.date()))
        act = "wrote what was done about a round"
    record(session, now, who, act, f"round {round_id}")


def tell_respondents(
    session: Session, program: Program, *, tell: bool, now: datetime, who: str
) -> None:
    """Set whether coming rounds show their results to everyone who was asked."""
    if tell == program.tells_respondents:
        return
    program.tells_respondents = tell
    act = "shows" if tell else "no longer shows"
    record(session, now, who, f"{act} results to everyone who is asked", f"program {program.id}")


def check_published(session: Session, program: Program, round_id: str) -> None:
    """Do nothing where a check-in of this program has results.

    :raises NoResultsError: where not.
    """
    found = session.get(Round, round_id)
    if found is None or found.program_id != program.id or found.cycle_id is not None:
        raise NoResultsError
    try:
        released_round(session, round_id)
    except NotReleasedError:
        raise NoResultsError from None
