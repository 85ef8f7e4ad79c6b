"""Whom a feedback cycle is about, and which of its rounds they may read. Decision 086."""

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.round import Round

LAUNCHED = ("open", "ended")


def is_subject(session: Session, address_lookup: bytes) -> bool:
    """Return whether a launched cycle is about the active person of an address."""
    person_id = session.scalar(
        select(Person.id).where(Person.address_lookup == address_lookup, Person.state == "active")
    )
    if person_id is None:
        return False
    found = select(FeedbackCycle.id).where(_concerns(person_id)).limit(1)
    return session.scalar(found) is not None


def cycles_about(session: Session, person_id: str) -> list[FeedbackCycle]:
    """Return the launched cycles that are about a person, or about their circle, newest first."""
    newest_first = (FeedbackCycle.opens_at.desc(), FeedbackCycle.id)
    return list(
        session.scalars(select(FeedbackCycle).where(_concerns(person_id)).order_by(*newest_first))
    )


def own_round(session: Session, cycle: FeedbackCycle, person_id: str) -> Round | None:
    """Return the round about a person or their circle alone; None where there is none.

    Of several the latest: an aborted one is replaced. Whoever was asked in it doesn't read it:
    Protocol 2, Cell.
    """
    about_them = (
        Round.group_id.in_(_circles_of(cycle, person_id))
        if cycle.about == "circles"
        else Round.subject_id == person_id
    )
    asked = exists().where(
        Pool.round_id == Round.id,
        Invitation.pool_id == Pool.pool_id,
        Invitation.person_id == person_id,
    )
    found = select(Round).where(Round.cycle_id == cycle.id, about_them, ~asked)
    return session.scalars(found.order_by(Round.opens_at.desc(), Round.id).limit(1)).first()


def shared_round(session: Session, cycle: FeedbackCycle) -> Round | None:
    """Return the round that the raters of all share of whom too few were asked; None without."""
    found = select(Round).where(Round.cycle_id == cycle.id, Round.shared)
    return session.scalars(found.order_by(Round.opens_at.desc(), Round.id).limit(1)).first()


def readers_of_feedback(session: Session, round_: Round) -> set[str]:
    """Return the people who can read a round of a cycle: its subject, or those who share it."""
    cycle = session.get_one(FeedbackCycle, round_.cycle_id)
    if round_.subject_id is not None:
        return {round_.subject_id}
    people = session.scalars(
        select(Membership.person_id).where(
            Membership.program_id == cycle.program_id, _is_subject_of(cycle.about)
        )
    )
    own = {person: own_round(session, cycle, person) for person in set(people)}
    if round_.shared:
        return {person for person, mine in own.items() if mine is None}
    return {person for person, mine in own.items() if mine is round_}


def _concerns(person_id: str) -> ColumnElement[bool]:
    """Return the condition for launched cycles that are about a person."""
    belongs = exists().where(
        Membership.person_id == person_id,
        Membership.program_id == FeedbackCycle.program_id,
        or_(
            and_(
                FeedbackCycle.about == "mentors",
                _is_subject_of("mentors"),
                # Of somebody who became a mentor later nobody was asked.
                or_(Membership.since.is_(None), Membership.since < FeedbackCycle.opens_at),
            ),
            and_(FeedbackCycle.about != "mentors", _is_subject_of("peers")),
        ),
    )
    asked_about = exists().where(Round.cycle_id == FeedbackCycle.id, Round.subject_id == person_id)
    return and_(FeedbackCycle.state.in_(LAUNCHED), or_(belongs, asked_about))


def _is_subject_of(about: str) -> ColumnElement[bool]:
    if about == "mentors":
        return Membership.role == "mentor"
    return and_(Membership.role == "member", Membership.group_id.is_not(None))


def _circles_of(cycle: FeedbackCycle, person_id: str) -> Select[tuple[str | None]]:
    return select(Membership.group_id).where(
        Membership.program_id == cycle.program_id,
        Membership.person_id == person_id,
        _is_subject_of("circles"),
    )
