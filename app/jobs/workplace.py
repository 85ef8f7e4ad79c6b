"""What due work is done with, gathered once from the current application."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random, SystemRandom

import structlog
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.clock import Clock, current_clock
from app.extensions import Store, ballots, identity
from app.launching.room import LaunchRoom
from app.mail.mailer import Mailer, current_mailer
from app.mail.sender import Sender, sender_of
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.opening.service import OpeningRoom
from app.people.names import names_on_roster
from app.rounds.series import of_whole_program
from app.vault import Vault, current_vault
from config import Settings
from surveys.masking import Masker
from surveys.sentiment import score

CLOCK_TOLERANCE = timedelta(seconds=30)


@dataclass(frozen=True)
class Workplace:
    """The databases, keys, mail and time that the rooms are called with."""

    settings: Settings
    identity: Store
    ballots: Store
    vault: Vault
    mailer: Mailer
    clock: Clock
    rng: Random

    @property
    def sender(self) -> Sender:
        """Return who mails come from."""
        return sender_of(self.settings)

    def now(self) -> datetime:
        """Return the current time."""
        return self.clock.now()

    def launch_room(self) -> LaunchRoom:
        """Return what a launch works with."""
        return LaunchRoom(
            identity=self.identity,
            ballots=self.ballots,
            vault=self.vault,
            mailer=self.mailer,
            sender=self.sender,
            secret_key=self.settings.secret_key,
            mail_domains=self.settings.mail_domains,
            support=self.settings.support_panel,
            now=self.clock.now,
        )

    def opening_room(self, session: Session) -> OpeningRoom:
        """Return what a close works with; the roster's names come along only as a mask."""
        masker = Masker(names_on_roster(session, self.vault.roster_key()))
        return OpeningRoom(
            identity=self.identity,
            ballots=self.ballots,
            vault=self.vault,
            scorer=score,
            mask=masker.mask,
            rng=self.rng,
            of_program=self._of_program,
            invited=self._invited,
            reached=_go_on,
        )

    def _of_program(self, pool_id: bytes) -> bool:
        """Return whether a pool is of a whole program."""
        with self.identity.read() as session:
            whole = session.scalar(
                select(Round.id)
                .join(Pool, Pool.round_id == Round.id)
                .where(Pool.pool_id == pool_id, of_whole_program())
            )
        return whole is not None

    def _invited(self, pool_id: bytes) -> int:
        """Return how many were asked in a pool."""
        with self.identity.read() as session:
            return (
                session.scalar(
                    select(Round.invited)
                    .join(Pool, Pool.round_id == Round.id)
                    .where(Pool.pool_id == pool_id)
                )
                or 0
            )

    def with_mailer(self, mailer: Mailer) -> "Workplace":
        """Return the same workplace with another way out for mail."""
        return replace(self, mailer=mailer)


def clock_is_true(workplace: Workplace) -> bool:
    """Return whether this machine's time is the databases' time; a worker that is off does nothing.

    Leases are moments: a clock that is ahead would take work from those who are at it.
    """
    if workplace.settings.development or workplace.identity.engine.dialect.name != "postgresql":
        return True  # a clock that can be moved, or one machine
    try:
        with workplace.identity.read_connection() as connection:
            true: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    except DBAPIError:
        return False  # looked at again when the database is back
    off = abs(workplace.clock.now() - true)
    if off > CLOCK_TOLERANCE:
        structlog.get_logger().error(
            "clock differs from the databases'", seconds=round(off.total_seconds())
        )
    return off <= CLOCK_TOLERANCE


def current_workplace() -> Workplace:
    """Return the workplace of the current application."""
    return Workplace(
        settings=current_app.config["CHORUS"],
        identity=identity,
        ballots=ballots,
        vault=current_vault(),
        mailer=current_mailer(),
        clock=current_clock(),
        rng=SystemRandom(),
    )


def _go_on(_step: str) -> None:
    """Do nothing between the steps of a close."""
