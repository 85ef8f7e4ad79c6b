"""The worker's reminders: at most two a round, spread over the working hours of each person."""

import hmac
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from app.jobs.attempts import attempt
from app.jobs.workplace import Workplace
from app.launching.later_mails import Invited, RoundPost
from app.mail.mailer import Connection, MailDelayedError, RelayUnavailableError
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.people.calendars import calendar_of
from app.people.service import can_be_asked
from app.rounds.series import is_check_in
from surveys.quiet_hours import is_allowed, moment_at, spread_hours
from surveys.reminders import MOST_IN_OPEN_ROUNDS, Stage, reminder_stages

_LABEL = b"chorus/reminder\x00"
_DRAW_BYTES = 6  # what a float holds exactly
MOST_AT_A_LOOK = 500  # the worker has rounds to close, too
Due = TypeVar("Due")


def remind_open_rounds(workplace: Workplace) -> None:
    """Send the reminders of open rounds that are due now; each person's has a moment of its own."""
    with workplace.identity.read() as session:
        rounds = session.scalars(
            select(Round.id)
            .where(
                is_check_in(),
                Round.state == "open",
                Round.reminders < 2,
                Round.closes_at > workplace.now(),
            )
            .order_by(Round.id)
        ).all()
    for round_id in rounds:
        attempt("remind_round", partial(_remind_round, workplace, round_id))


def _remind_round(workplace: Workplace, round_id: str) -> None:
    post = RoundPost(workplace.launch_room(), round_id)
    now = workplace.now()
    stages = reminder_stages(post.round.opens_at, post.closes)
    over = max((stage.number for stage in stages if stage.ends <= now), default=0)
    if over > post.round.reminders:
        with workplace.identity.begin() as session:
            session.execute(update(Round).where(Round.id == round_id).values(reminders=over))
    for stage in stages:
        if stage.begins <= now < stage.ends:
            _remind(workplace, post, stage, now)


def _remind(workplace: Workplace, post: RoundPost, stage: Stage, now: datetime) -> None:
    with workplace.identity.read() as session:
        due = _due(workplace.settings.secret_key, session, post, stage, now)
    remind_drawn(workplace, due, lambda line, invited: post.remind(line, invited, stage.number))


def remind_drawn(
    workplace: Workplace, due: Sequence[Due], remind: Callable[[Connection, Due], object]
) -> None:
    """Remind those who are due, so many at a look, until the relay can't be used."""
    if not due:
        return
    # Drawn: the order in which mails go must not be that in which the database keeps them.
    drawn = workplace.rng.sample(due, min(len(due), MOST_AT_A_LOOK))
    with workplace.mailer.connect() as connection:
        for whom in drawn:
            try:
                remind(connection, whom)
            except RelayUnavailableError:
                return
            except MailDelayedError:
                continue  # tried again at the next look, while its hours last


def _due(
    secret_key: str, session: Session, post: RoundPost, stage: Stage, now: datetime
) -> list[Invited]:
    """Return whose moment has come."""
    hours = Hours(secret_key, stage, now)
    zones = hours.allowed(session.scalars(_asked(post, stage, Person.time_zone).distinct()))
    due = []
    for *columns, zone in session.execute(_waiting(post, stage, now, zones)) if zones else ():
        invited = Invited(*columns)
        if hours.has_come(invited.token_hash, zone):
            due.append(invited)
    return due


class Hours:
    """When a reminder goes to whom: in the hours of their zone, each at a moment of their own."""

    def __init__(self, secret_key: str, stage: Stage, now: datetime) -> None:
        self._secret_key, self._stage, self._now = secret_key, stage, now
        self._spreads: dict[str, Sequence[tuple[datetime, datetime]]] = {}

    def allowed(self, zones: Iterable[str]) -> Collection[str]:
        """Return those of the time zones in which a mail may arrive now."""
        stage = self._stage
        for zone in zones:
            if is_allowed(self._now, calendar_of(zone)):
                self._spreads[zone] = spread_hours(stage.begins, stage.ends, calendar_of(zone))
        return self._spreads

    def has_come(self, token_hash: bytes, zone: str) -> bool:
        """Return whether the moment of an invitation has come."""
        share = _share(self._secret_key, token_hash, self._stage.number)
        moment = moment_at(share, self._spreads[zone])
        return moment is not None and moment <= self._now


def _asked(post: RoundPost, stage: Stage, *columns: Any) -> Select[Any]:
    """Return the query for those to whom this reminder goes and has not gone."""
    states = ("open", "taken") if post.reaches_everybody else ("open",)
    return (
        select(*columns)
        .select_from(Invitation)
        .join(Person, Person.id == Invitation.person_id)
        .where(
            Invitation.pool_id == post.pool_id,
            Invitation.state.in_(states),
            Invitation.reminders < stage.number,
            Invitation.address.is_not(None),
            # Without a link it leads back to the first mail, which must have gone.
            or_(Invitation.mailed, post.has_links),
        )
    )


def _waiting(
    post: RoundPost, stage: Stage, now: datetime, zones: Collection[str]
) -> Select[tuple[Any, ...]]:
    """Return the query for those of them whom a mail may reach now, each with their time zone."""
    columns = (
        Invitation.token_hash,
        Invitation.cell,
        Invitation.person_id,
        Invitation.address,
        Invitation.reminders,
        Invitation.lost_mails,
        Person.language,
        Person.time_zone,
    )
    return _asked(post, stage, *columns).where(
        Person.time_zone.in_(zones),
        can_be_asked(now.date()),
        Invitation.person_id.not_in(reminded_enough()),
    )


def reminded_enough() -> Select[tuple[str | None]]:
    """Return the query for people who have had as many reminders of open rounds as they may.

    One of a feedback cycle counts once, whatever number of its pools they are asked in.
    """
    had = (
        select(Invitation.person_id, func.max(Invitation.reminders).label("reminders"))
        .join(Pool, Pool.pool_id == Invitation.pool_id)
        .join(Round, Round.id == Pool.round_id)
        .where(Round.state == "open", Invitation.reminders > 0, Invitation.person_id.is_not(None))
        .group_by(Invitation.person_id, func.coalesce(Round.cycle_id, Round.id))
        .subquery()
    )
    return (
        select(had.c.person_id)
        .group_by(had.c.person_id)
        .having(func.sum(had.c.reminders) >= MOST_IN_OPEN_ROUNDS)
    )


def _share(secret_key: str, token_hash: bytes, stage: int) -> float:
    """Return a share of the hours, 0 up to 1: random, and always the same for a person's stage."""
    message = _LABEL + bytes([stage]) + token_hash
    digest = hmac.digest(secret_key.encode(), message, "sha256")
    return int.from_bytes(digest[:_DRAW_BYTES]) / float(1 << 8 * _DRAW_BYTES)
