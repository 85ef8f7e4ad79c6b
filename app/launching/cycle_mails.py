"""Later mails of an open feedback cycle: one for each rater, however many pools they are in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.forms.service import frozen_form
from app.languages import speaking
from app.launching.cycle_letters import PoolAsked, cycle_facts, first_mail_id, in_order
from app.launching.further_links import drop_link, mint_link
from app.launching.later_mails import LOST_MAILS, REMINDERS, Invited, open_address
from app.launching.letters import bounces_to, page_language, unsubscribe_url
from app.launching.raters import subjects_of
from app.launching.room import LaunchRoom
from app.mail.facts import RoundFacts
from app.mail.feedback_threads import FeedbackThread
from app.mail.mailer import Connection, Mail, MailDelayedError, MailRefusedError
from app.mail.message_ids import fresh_message_id, message_id
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.form import Form as FormRow
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from crypto import links
from crypto.envelope import DataKey
from crypto.links import Link
from surveys.reminders import EVERYBODY_BELOW


@dataclass(frozen=True)
class Rater:
    """Someone who is asked in open pools of a cycle; their invitations by pool."""

    person_id: str
    invited: dict[bytes, Invited]

    @property
    def token_hashes(self) -> list[bytes]:
        """Return what their invitations are found by, always in one order."""
        return sorted(entry.token_hash for entry in self.invited.values())


class CyclePost:
    """The later mails of one open cycle; what they share is read once, rendered once for a set."""

    def __init__(self, room: LaunchRoom, cycle_id: str) -> None:
        self._room = room
        self._letters: dict[object, FeedbackThread] = {}
        with room.identity.read() as session:
            self.cycle = session.get_one(FeedbackCycle, cycle_id)
            self._program = session.get_one(Program, self.cycle.program_id)
            row = session.get_one(FormRow, self.cycle.form_id)
            subjects = subjects_of(
                session, self._roster_key, self.cycle.program_id, self.cycle.about
            )
            rows = session.execute(
                select(Round, Pool.pool_id)
                .join(Pool, Pool.round_id == Round.id)
                .where(Round.cycle_id == cycle_id, Round.state == "open")
            ).all()
        self._form = frozen_form(row, room.support)
        by_id = {subject.id: subject for subject in subjects}
        self._manifests = self._read_manifests([pool_id for _, pool_id in rows])
        pools = [
            PoolAsked(
                round_,
                pool_id,
                by_id.get(round_.subject_id or round_.group_id or ""),
                links.fingerprint(links.manifest_hash(self._manifests[pool_id])),
            )
            for round_, pool_id in rows
        ]
        # Whoever has left the roster is rated no more by mail; whoever has the link still can.
        self.pools = {
            pool.pool_id: pool
            for pool in in_order(pools)
            if pool.round.shared or pool.subject is not None
        }

    def reaches_everybody(self, pools: Sequence[bytes]) -> bool:
        """Return whether a reminder to who is asked in these pools goes to takers, too.

        It does where one of them is small: what a mail tells of a rater it tells of that pool.
        """
        return any(self.pools[pool_id].round.invited < EVERYBODY_BELOW for pool_id in pools)

    def remind(self, connection: Connection, rater: Rater, stage: int) -> None:
        """Send the cycle's first or second reminder to someone, unless it has been.

        :raises MailDelayedError: if it can't go now; nothing has changed then.
        """
        identifier = message_id(
            self._room.secret_key.encode(),
            f"feedback nudge {stage}",
            self.cycle.id,
            rater.person_id,
            self._room.sender.domain,
        )
        self._send(connection, rater, REMINDERS, stage, identifier)

    def answer_lost(self, connection: Connection, rater: Rater) -> None:
        """Send the links that can be sent again, and say of the others why they can't be yet.

        :raises MailDelayedError: if it can't go now; nothing has changed then.
        """
        count = 1 + max(entry.lost_mails for entry in rater.invited.values())
        identifier = fresh_message_id(self._room.sender.domain)
        self._send(connection, rater, LOST_MAILS, count, identifier)

    def _send(
        self, connection: Connection, rater: Rater, kind: str, count: int, identifier: str
    ) -> None:
        """Count the mail, then send it: a crash between the two costs a mail and doubles none."""
        with self._room.identity.begin() as session:
            if not self._count(session, rater, kind, count):
                return
            made = {
                pool_id: self._mint(session, pool_id, rater.invited[pool_id])
                for pool_id, pool in self.pools.items()
                if pool_id in rater.invited and pool.round.k_reached
            }
        try:
            connection.send(self._compose(rater, kind, identifier, made))
        except MailRefusedError:
            structlog.get_logger().warning("mail refused", part="worker")
            self._take_back(rater, made, None)
        except MailDelayedError:
            self._take_back(rater, made, kind)
            raise

    def _count(self, session: Session, rater: Rater, kind: str, count: int) -> bool:
        """Return whether this mail is ours to send: nobody else counted it, and it is due still."""
        still_open = select(Pool.pool_id).where(
            Pool.state == "open", Pool.closes_at > self._room.now()
        )
        theirs = (
            Invitation.token_hash.in_(rater.token_hashes),
            Invitation.pool_id.in_(still_open),
            Invitation.state.in_(("open", "taken")),
        )
        if kind == REMINDERS and not self.reaches_everybody(list(rater.invited)):
            unused = select(Invitation.state).where(*theirs, Invitation.state == "open")
            if session.execute(unused.limit(1)).first() is None:
                return False
        column = getattr(Invitation, kind)
        counted = session.execute(
            update(Invitation).where(*theirs, column < count).values({kind: count})
        )
        return counted.rowcount > 0

    def _mint(self, session: Session, pool_id: bytes, invited: Invited) -> Link:
        pin = links.pin_of(links.manifest_hash(self._manifests[pool_id]))
        return mint_link(session, pool_id, invited.token_hash, invited.cell, pin)

    def _compose(self, rater: Rater, kind: str, identifier: str, made: dict[bytes, Link]) -> Mail:
        sender, secret_key, person_id = self._room.sender, self._room.secret_key, rater.person_id
        telling = kind == REMINDERS and not self.reaches_everybody(list(rater.invited))
        invited = next(iter(rater.invited.values()))
        return self._letter(kind, invited.language, tuple(rater.invited), tuple(made)).compose(
            open_address(self._roster_key, invited),
            links=[
                sender.base_url + links.link_path(pool_id, link, page_language(invited.language))
                for pool_id, link in made.items()
            ],
            unsubscribe_url=unsubscribe_url(sender, secret_key, person_id),
            message_id=identifier,
            in_reply_to=first_mail_id(secret_key, self.cycle.id, person_id, sender),
            bounces_to=bounces_to(sender, secret_key, person_id, telling=telling),
        )

    def _letter(
        self, kind: str, reads: str, pools: tuple[bytes, ...], linked: tuple[bytes, ...]
    ) -> FeedbackThread:
        with speaking(reads) as language:
            key = (kind, language, frozenset(pools), linked)
            if key not in self._letters:
                self._letters[key] = self._write(kind, pools, linked)
        return self._letters[key]

    def _write(
        self, kind: str, pools: tuple[bytes, ...], linked: tuple[bytes, ...]
    ) -> FeedbackThread:
        about = self.cycle.about
        asked = {id_: pool.asked(about) for id_, pool in self.pools.items() if id_ in pools}
        return FeedbackThread(
            self._room.sender,
            self._facts(),
            about,
            [asked[pool_id] for pool_id in linked],
            [entry for pool_id, entry in asked.items() if pool_id not in linked],
            lost=kind == LOST_MAILS,
        )

    def _take_back(self, rater: Rater, made: dict[bytes, Link], kind: str | None) -> None:
        with self._room.identity.begin() as session:
            for pool_id, link in made.items():
                drop_link(session, pool_id, link)
            for invited in rater.invited.values() if kind else ():
                session.execute(
                    update(Invitation)
                    .where(Invitation.token_hash == invited.token_hash, Invitation.state != "ended")
                    .values({kind: getattr(invited, kind)})
                )

    def _read_manifests(self, pools: Sequence[bytes]) -> dict[bytes, bytes]:
        with self._room.ballots.read() as session:
            rows = session.execute(
                select(PoolPublic.pool_id, PoolPublic.manifest).where(PoolPublic.pool_id.in_(pools))
            )
            return {row.pool_id: row.manifest for row in rows}

    @cached_property
    def _roster_key(self) -> DataKey:
        return self._room.vault.roster_key()

    def _facts(self) -> RoundFacts:
        told = min((pool.round for pool in self.pools.values()), key=lambda one: one.closes_at)
        return cycle_facts(self._program, self.cycle, told, self._form)
