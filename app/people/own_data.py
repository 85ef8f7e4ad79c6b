"""What is kept about a person, for that person alone. Decision 026.

Whether a link was used is not here, though it is kept while a round is open: nobody shall be able
to make somebody prove whether they answered.
"""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.account import Account
from app.models.identity.bounce import Bounce
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.self_assessment import SelfAssessment
from app.people.personal import open_address, open_name
from app.people.self_assessments import read_ratings
from app.people.service import UnknownPersonError
from crypto import envelope


@dataclass(frozen=True)
class Place:
    """Where somebody belongs, and as what."""

    program: str
    group: str | None
    role: str
    mentor_since: date | None


@dataclass(frozen=True)
class Asked:
    """A round that somebody is or was asked in; an ended one is kept until the next begins."""

    program: str
    round: int
    closes_at: datetime
    open: bool
    feedback: bool


@dataclass(frozen=True)
class Rated:
    """Feedback about somebody, by those who work with them."""

    program: str
    round: int
    closes_at: datetime


@dataclass(frozen=True)
class RatedThemselves:
    """How somebody rated themselves in a feedback cycle, by the skill's id."""

    program: str
    begun: datetime
    ratings: dict[str, int] = field(repr=False)


@dataclass(frozen=True)
class OwnData:
    """All that is kept about one person, in the words of the page and the file.

    `signs_in_as` is "mentor", "admin", "somebody who gets feedback" or None. `mails_came_back` are
    days.
    """

    name: str = field(repr=False)
    address: str = field(repr=False)
    language: str
    time_zone: str
    left_on: date | None
    mails_stopped: bool
    mails_paused_until: date | None
    address_unreachable: bool
    mails_came_back: tuple[date, ...]
    places: tuple[Place, ...]
    asked_in: tuple[Asked, ...]
    rated_in: tuple[Rated, ...]
    rated_themselves: tuple[RatedThemselves, ...]
    signs_in_as: str | None

    def as_json(self) -> dict[str, Any]:
        """Return the facts as JSON has them: dates and times as ISO 8601."""
        facts: dict[str, Any] = _plain(asdict(self))
        return {"v": 1, **facts}


def own_data(session: Session, roster_key: envelope.DataKey, person_id: str) -> OwnData:
    """Return what is kept about a person.

    :raises UnknownPersonError: if nobody has this id (any more).
    """
    person = session.get(Person, person_id)
    if person is None:
        raise UnknownPersonError
    came_back = select(Bounce.day).where(Bounce.person_id == person_id).order_by(Bounce.day)
    return OwnData(
        name=open_name(roster_key, person.id, person.name),
        address=open_address(roster_key, person),
        language=person.language,
        time_zone=person.time_zone,
        left_on=person.left_on,
        mails_stopped=person.unsubscribed,
        mails_paused_until=person.paused_until,
        address_unreachable=person.suspended,
        mails_came_back=tuple(session.scalars(came_back)),
        places=_places(session, person_id),
        asked_in=_asked_in(session, person_id),
        rated_in=_rated_in(session, person_id),
        rated_themselves=_rated_themselves(session, roster_key, person_id),
        signs_in_as=_account_of(session, person),
    )


def _places(session: Session, person_id: str) -> tuple[Place, ...]:
    rows = session.execute(
        select(Program.name, Group.name, Membership.role, Membership.since)
        .select_from(Membership)
        .join(Program, Program.id == Membership.program_id)
        .outerjoin(Group, Group.id == Membership.group_id)
        .where(Membership.person_id == person_id)
        .order_by(Program.name, Group.name, Membership.role)
    )
    return tuple(Place(*row) for row in rows)


def _asked_in(session: Session, person_id: str) -> tuple[Asked, ...]:
    # Never the invitation's state: it says whether a paper was taken.
    rows = session.execute(
        select(
            Program.name,
            Round.number,
            Pool.closes_at,
            Pool.state == "open",
            Round.cycle_id.is_not(None),
        )
        .distinct()  # of a cycle somebody may be asked in several pools
        .select_from(Invitation)
        .join(Pool, Pool.pool_id == Invitation.pool_id)
        .join(Round, Round.id == Pool.round_id)
        .join(Program, Program.id == Round.program_id)
        .where(Invitation.person_id == person_id)
        .order_by(Program.name, Round.number, Pool.closes_at)
    )
    return tuple(Asked(*row) for row in rows)


def _rated_in(session: Session, person_id: str) -> tuple[Rated, ...]:
    rows = session.execute(
        select(Program.name, Round.number, Round.closes_at)
        .join(Program, Program.id == Round.program_id)
        .where(Round.subject_id == person_id, Round.state.in_(("open", "closed")))
        .order_by(Program.name, Round.number, Round.closes_at)
    )
    return tuple(Rated(*row) for row in rows)


def _rated_themselves(
    session: Session, roster_key: envelope.DataKey, person_id: str
) -> tuple[RatedThemselves, ...]:
    rows = session.execute(
        select(SelfAssessment, Program.name, FeedbackCycle.opens_at)
        .join(FeedbackCycle, FeedbackCycle.id == SelfAssessment.cycle_id)
        .join(Program, Program.id == FeedbackCycle.program_id)
        .where(SelfAssessment.person_id == person_id)
        .order_by(FeedbackCycle.opens_at, FeedbackCycle.id)
    )
    return tuple(
        RatedThemselves(program, begun, read_ratings(roster_key, row))
        for row, program, begun in rows
    )


def _account_of(session: Session, person: Person) -> str | None:
    admin = session.scalar(
        select(Account.admin).where(Account.address_lookup == person.address_lookup)
    )
    if admin is None:
        return None
    mentors = select(Membership.id).where(
        Membership.person_id == person.id, Membership.role == "mentor"
    )
    if admin:
        return "admin"
    return "somebody who gets feedback" if session.scalar(mentors.limit(1)) is None else "mentor"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
