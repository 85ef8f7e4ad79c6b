"""Later mails of an open round: reminders, and answers to "I have lost my mail".

From k papers on they carry a token-only link, made here and sent straight from memory.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.forms.service import frozen_form
from app.languages import speaking
from app.launching.further_links import drop_link, mint_link
from app.launching.letters import (
    bounces_to,
    invitation_id,
    page_language,
    round_facts,
    unsubscribe_url,
)
from app.launching.room import LaunchRoom
from app.mail.facts import RoundFacts
from app.mail.mailer import Connection, Mail, MailDelayedError, MailRefusedError
from app.mail.message_ids import fresh_message_id, message_id
from app.mail.threads import (
    ThreadLetter,
    link_reminder_letter,
    lost_mail_letter,
    lost_too_early_letter,
    nudge_letter,
)
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.form import Form as FormRow
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from crypto import envelope, links
from crypto.links import Link
from surveys.reminders import EVERYBODY_BELOW

REMINDERS, LOST_MAILS = "reminders", "lost_mails"
_LETTERS = {
    (REMINDERS, True): link_reminder_letter,
    (REMINDERS, False): nudge_letter,
    (LOST_MAILS, True): lost_mail_letter,
    (LOST_MAILS, False): lost_too_early_letter,
}


@dataclass(frozen=True)
class Invited:
    """Someone invited to an open round, as a later mail needs them.

    :ivar address: as frozen at launch, encrypted.
    :ivar language: what they read, as their record says it now.
    """

    token_hash: bytes
    cell: int
    person_id: str
    address: bytes = field(repr=False)
    reminders: int
    lost_mails: int
    language: str


def open_address(roster_key: envelope.DataKey, invited: Invited) -> str:
    """Return the address as it was frozen at launch."""
    place = {"table": "invitation", "column": "address", "row": invited.token_hash}
    return envelope.decrypt(roster_key, invited.address, **place).decode()


class RoundPost:
    """The later mails of one open round; what they share is read, and rendered, once."""

    def __init__(self, room: LaunchRoom, round_id: str) -> None:
        self._room = room
        self._letters: dict[tuple[str, str], ThreadLetter] = {}
        with room.identity.read() as session:
            self.round = session.get_one(Round, round_id)
            self._program = session.get_one(Program, self.round.program_id)
            self.pool_id = session.scalars(
                select(Pool.pool_id).where(Pool.round_id == round_id)
            ).one()
        with room.ballots.read() as session:
            self._manifest = session.get_one(PoolPublic, self.pool_id).manifest

    @property
    def closes(self) -> list[datetime]:
        """Return all closing times of the round, earliest first, as its page names them."""
        times = json.loads(self._manifest)["closes"]
        return [datetime.fromisoformat(time) for time in times]

    @property
    def has_links(self) -> bool:
        """Return whether links can be sent again.

        It follows the daily look (D4): no mail tells sooner than a screen that k is reached.
        """
        return self.round.k_reached

    @property
    def reaches_everybody(self) -> bool:
        """Return whether reminders go to those who have answered, too."""
        return self.round.invited - self.round.printed_codes < EVERYBODY_BELOW

    def remind(self, connection: Connection, invited: Invited, stage: int) -> None:
        """Send the round's first or second reminder to someone, unless it has been.

        :raises MailDelayedError: if it can't go now; nothing has changed then.
        """
        identifier = message_id(
            self._room.secret_key.encode(),
            "nudge" if stage == 1 else f"nudge {stage}",
            self.round.id,
            invited.person_id,
            self._room.sender.domain,
        )
        states = ("open", "taken") if self.reaches_everybody else ("open",)
        self._send(connection, invited, REMINDERS, stage, states, identifier)

    def answer_lost(self, connection: Connection, invited: Invited) -> None:
        """Send a link again, or say why that can't be done yet; the same to all who are invited.

        :raises MailDelayedError: if it can't go now; nothing has changed then.
        """
        identifier = fresh_message_id(self._room.sender.domain)
        count = invited.lost_mails + 1
        self._send(connection, invited, LOST_MAILS, count, ("open", "taken"), identifier)

    def _send(
        self,
        connection: Connection,
        invited: Invited,
        kind: str,
        count: int,
        states: tuple[str, ...],
        identifier: str,
    ) -> None:
        """Count the mail, then send it: a crash between the two costs a mail and doubles none."""
        link = None
        with self._room.identity.begin() as session:
            if not self._count(session, invited, kind, count, states):
                return
            if self.has_links:
                link = self._mint(session, invited)
        try:
            connection.send(self._compose(invited, kind, identifier, link))
        except MailRefusedError:
            structlog.get_logger().warning("mail refused", part="worker")
            self._take_back(invited, link, {})
        except MailDelayedError:
            self._take_back(invited, link, {kind: getattr(invited, kind)})
            raise

    def _compose(self, invited: Invited, kind: str, identifier: str, link: Link | None) -> Mail:
        sender, secret_key = self._room.sender, self._room.secret_key
        return self._letter(kind, invited.language).compose(
            open_address(self._roster_key, invited),
            unsubscribe_url=unsubscribe_url(sender, secret_key, invited.person_id),
            message_id=identifier,
            in_reply_to=invitation_id(secret_key, self.round, invited.person_id, sender),
            bounces_to=bounces_to(
                sender,
                secret_key,
                invited.person_id,
                telling=kind == REMINDERS and not self.reaches_everybody,
            ),
            link=""
            if link is None
            else sender.base_url
            + links.link_path(self.pool_id, link, page_language(invited.language)),
        )

    def _count(
        self, session: Session, invited: Invited, kind: str, count: int, states: tuple[str, ...]
    ) -> bool:
        """Return whether this mail is ours to send: nobody else counted it, and it is due still."""
        still_open = select(Pool.pool_id).where(
            Pool.pool_id == self.pool_id, Pool.state == "open", Pool.closes_at > self._room.now()
        )
        counted = session.execute(
            update(Invitation)
            .where(
                Invitation.token_hash == invited.token_hash,
                Invitation.state.in_(states),
                getattr(Invitation, kind) == getattr(invited, kind),
                still_open.exists(),
            )
            .values({kind: count})
        )
        return counted.rowcount == 1

    def _mint(self, session: Session, invited: Invited) -> Link:
        pin = links.pin_of(links.manifest_hash(self._manifest))
        return mint_link(session, self.pool_id, invited.token_hash, invited.cell, pin)

    def _take_back(self, invited: Invited, link: Link | None, counts: dict[str, int]) -> None:
        with self._room.identity.begin() as session:
            if link is not None:
                drop_link(session, self.pool_id, link)
            if counts:
                session.execute(
                    update(Invitation)
                    .where(Invitation.token_hash == invited.token_hash, Invitation.state != "ended")
                    .values(counts)
                )

    @cached_property
    def _roster_key(self) -> envelope.DataKey:
        return self._room.vault.roster_key()

    def _letter(self, kind: str, reads: str) -> ThreadLetter:
        """Return the letter that everybody gets who reads a language."""
        with speaking(reads) as language:
            if (kind, language) not in self._letters:
                write = _LETTERS[kind, self.has_links]
                self._letters[kind, language] = write(self._room.sender, self._facts())
        return self._letters[kind, language]

    def _facts(self) -> RoundFacts:
        with self._room.identity.read() as session:
            row = session.get_one(FormRow, self.round.form_id)
            form = frozen_form(row, self._room.support)
        fingerprint = links.fingerprint(links.manifest_hash(self._manifest))
        return round_facts(
            self._program, self.round, form, joined=None, left=None, fingerprint=fingerprint
        )
