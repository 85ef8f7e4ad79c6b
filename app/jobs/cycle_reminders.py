"""The worker's reminders of feedback cycles: at most two, one mail for all whom a rater rates."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.jobs.attempts import attempt
from app.jobs.reminders import Hours, remind_drawn, reminded_enough
from app.jobs.workplace import Workplace
from app.launching.cycle_mails import CyclePost, Rater
from app.launching.later_mails import Invited
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.round import Round
from app.people.service import can_be_asked
from app.rounds.cycles import closes_of
from surveys.reminders import Stage, reminder_stages


def remind_open_cycles(workplace: Workplace) -> None:
    """Send the reminders of open cycles that are due now; each person's has a moment of its own."""
    with workplace.identity.read() as session:
        cycles = session.scalars(
            select(Round.cycle_id)
            .where(
                Round.cycle_id.is_not(None),
                Round.state == "open",
                Round.reminders < 2,
                Round.closes_at > workplace.now(),
            )
            .distinct()
            .order_by(Round.cycle_id)
        ).all()
    for cycle_id in cycles:
        attempt("remind_cycle", partial(_remind_cycle, workplace, cycle_id))


def _remind_cycle(workplace: Workplace, cycle_id: str) -> None:
    now = workplace.now()
    with workplace.identity.read() as session:
        cycle = session.get_one(FeedbackCycle, cycle_id)
        stages = reminder_stages(cycle.opens_at, closes_of(cycle))
        over = max((stage.number for stage in stages if stage.ends <= now), default=0)
        rounds = (Round.cycle_id == cycle_id, Round.reminders < over)
        behind = session.scalar(select(Round.id).where(*rounds).limit(1))
    if behind:
        with workplace.identity.begin() as session:
            session.execute(update(Round).where(*rounds).values(reminders=over))
    for stage in stages:
        if stage.begins <= now < stage.ends:
            _remind(workplace, CyclePost(workplace.launch_room(), cycle_id), stage, now)


def _remind(workplace: Workplace, post: CyclePost, stage: Stage, now: datetime) -> None:
    with workplace.identity.read() as session:
        due = _due(workplace.settings.secret_key, session, post, stage, now)
    remind_drawn(workplace, due, lambda line, rater: post.remind(line, rater, stage.number))


def _due(
    secret_key: str, session: Session, post: CyclePost, stage: Stage, now: datetime
) -> list[Rater]:
    """Return the raters whose moment has come."""
    hours = Hours(secret_key, stage, now)
    in_hours = hours.allowed(session.scalars(_asked(post, Person.time_zone).distinct()))
    zones, unused = {}, set()
    pools: dict[str, dict[bytes, Invited]] = defaultdict(dict)
    for pool_id, state, mailed, zone, *columns in (
        session.execute(_waiting(post, stage, now, in_hours)) if in_hours else ()
    ):
        invited = Invited(*columns)
        # Without a link it leads back to the first mail, which must have gone.
        if mailed or post.pools[pool_id].round.k_reached:
            pools[invited.person_id][pool_id] = invited
            zones[invited.person_id] = zone
            unused |= {invited.person_id} if state == "open" else set()
    raters = [Rater(person_id, of_person) for person_id, of_person in pools.items()]
    return [
        rater
        for rater in raters
        if (rater.person_id in unused or post.reaches_everybody(list(rater.invited)))
        and hours.has_come(rater.token_hashes[0], zones[rater.person_id])
    ]


def _asked(post: CyclePost, *columns: Any) -> Select[Any]:
    """Return the query for those who are asked in the open pools, takers and others."""
    return (
        select(*columns)
        .select_from(Invitation)
        .join(Person, Person.id == Invitation.person_id)
        .where(
            Invitation.pool_id.in_(post.pools),
            Invitation.state.in_(("open", "taken")),
            Invitation.address.is_not(None),
        )
    )


def _waiting(
    post: CyclePost, stage: Stage, now: datetime, zones: Collection[str]
) -> Select[tuple[Any, ...]]:
    """Return the query for those of them whom this reminder has not reached and may reach now."""
    columns = (
        Invitation.pool_id,
        Invitation.state,
        Invitation.mailed,
        Person.time_zone,
        Invitation.token_hash,
        Invitation.cell,
        Invitation.person_id,
        Invitation.address,
        Invitation.reminders,
        Invitation.lost_mails,
        Person.language,
    )
    return _asked(post, *columns).where(
        Invitation.reminders < stage.number,
        Person.time_zone.in_(zones),
        can_be_asked(now.date()),
        Invitation.person_id.not_in(reminded_enough()),
    )
