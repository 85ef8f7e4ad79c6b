"""Make a round ready to be sent: freeze who is asked, make keys and links, write both sides.

What reads or reckons holds no database; what writes does so in short steps, since SQLite has one
writer and papers of other pools must not wait. A crash between two of them leaves rows that no
link leads to, and a round under way whose lease runs out (decision 115).
"""

import secrets
from collections import deque
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.forms.service import frozen_form
from app.launching.freeze import (
    FrozenRoster,
    admins_on_the_roster,
    freeze_group,
    freeze_roster,
)
from app.launching.manifest import (
    AUDIENCE,
    GROUP_AUDIENCE,
    OPEN_AUDIENCE,
    form_bytes,
    manifest_bytes,
)
from app.launching.notes import Launching, hold_lease
from app.launching.records import (
    AddressedLink,
    Earlier,
    address_links,
    earlier_rounds,
    forget_invitations,
    write_ballots_side,
    write_invitations,
    write_pool,
)
from app.launching.room import LaunchRoom
from app.models.identity.form import Form as FormRow
from app.models.identity.group import Group
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.service import roster_of_program
from app.rounds.closings import closes_ahead, set_times
from app.rounds.errors import NoSuchRoundError
from app.rounds.service import last_threshold
from crypto import blind, links, sealing, sharing
from crypto.envelope import DataKey
from surveys.items import Form

POOL_ID_BYTES = 16


@dataclass(frozen=True)
class Frozen:
    """A round as it stands from now on, and what its mails say of it."""

    round: Round
    program: Program
    form: Form
    roster: FrozenRoster
    earlier: Earlier
    k_before: int | None
    circle: str | None

    @property
    def joined(self) -> int | None:
        """Return how many are asked who were not the last time; None before the first round."""
        before = self.earlier.asked
        return None if before is None else len(self._asked - before)

    @property
    def left(self) -> int | None:
        """Return how many were asked the last time and are not now; None before the first round."""
        before = self.earlier.asked
        return None if before is None else len(before - self._asked)

    @property
    def _asked(self) -> set[str]:
        return {invitee.person_id for invitee in self.roster.invitees}


@dataclass(frozen=True)
class Ready:
    """A round that is written down, with the links that exist in this memory alone."""

    frozen: Frozen
    pool_id: bytes
    fingerprint: str
    waiting: deque[AddressedLink] = field(repr=False)


def prepare_round(room: LaunchRoom, round_id: str) -> Ready:
    """Return a round ready to be sent; the scalar and the polynomial end with this call.

    :raises RoundError: if it can't be launched.
    :raises EmptySupportError: if the form has no helpline.
    :raises LaunchLostError: if another process has taken the launch over meanwhile.
    """
    roster_key = room.vault.roster_key()
    launching = Launching(Round, round_id, round_id)
    with room.identity.begin() as session:
        launched, program = _set_out(room, session, round_id)
    with room.identity.read() as session:
        frozen = _freeze(room, session, launched, program, roster_key)
    pool_id = secrets.token_bytes(POOL_ID_BYTES)
    manifest, addressed = _make_links(room, frozen, pool_id)
    with room.identity.begin() as session:
        hold_lease(session, launching, room.now())
        session.add(launched)  # what was frozen of it since it was read
        write_pool(session, pool_id, launched, frozen.roster)
    write_invitations(room, launching, pool_id, program.id, addressed, roster_key)
    forget_invitations(room.identity, frozen.earlier.pools)
    with room.ballots.begin() as session:
        write_ballots_side(session, pool_id, manifest, form_bytes(frozen.form), launched)
    return Ready(frozen, pool_id, links.fingerprint(links.manifest_hash(manifest)), addressed)


def _set_out(room: LaunchRoom, session: Session, round_id: str) -> tuple[Round, Program]:
    launched = session.get(Round, round_id)
    if launched is None:
        raise NoSuchRoundError
    program = session.get_one(Program, launched.program_id)
    # A round that is launched late is open for as long as any other.
    set_times(session, launched, program, room.now())
    # Whoever answers in a circle's cell is in it: of a circle alone nothing is for its members.
    launched.tells_respondents = program.tells_respondents and launched.group_id is None
    launched.k_looked_at_on = room.now().date()  # D4: first told from the next midnight on
    return launched, program


def _freeze(
    room: LaunchRoom, session: Session, launched: Round, program: Program, roster_key: DataKey
) -> Frozen:
    form = frozen_form(session.get_one(FormRow, launched.form_id), room.support)
    roster = _roster_of(room, session, launched, roster_key)
    # Printed codes are made while the round is open; who gets one counts from the start.
    launched.invited = len(roster.invitees) + launched.printed_codes
    return Frozen(
        round=launched,
        program=program,
        form=form,
        roster=roster,
        earlier=earlier_rounds(session, launched),
        k_before=last_threshold(session, launched),
        circle=launched.group_id and session.get_one(Group, launched.group_id).name,
    )


def _roster_of(
    room: LaunchRoom, session: Session, launched: Round, roster_key: DataKey
) -> FrozenRoster:
    people = roster_of_program(session, roster_key, launched.program_id, room.now().date())
    admins = admins_on_the_roster(session)
    if launched.group_id is None:
        return freeze_roster(people, launched.k, room.mail_domains, admins)
    return freeze_group(people, launched.group_id, launched.k, room.mail_domains, admins)


def _make_links(
    room: LaunchRoom, frozen: Frozen, pool_id: bytes
) -> tuple[bytes, deque[AddressedLink]]:
    """Return the manifest, and a link for everybody who is asked.

    A crash leaves keys that lock nothing.
    """
    launched = frozen.round
    sealing_key = sealing.generate_key()
    signing_key = room.vault.create_pool_keys(pool_id)
    manifest = manifest_bytes(
        pool_id=pool_id,
        round_name=secrets.token_urlsafe(12),
        k=launched.k,
        invited=launched.invited,
        opens=launched.opens_at,
        closes=closes_ahead(launched),
        groups=len(frozen.roster.groups),
        form=frozen.form,
        audience=_audience(launched),
        k_before=frozen.k_before,
        signing_key_der=blind.public_key_to_der(signing_key.public_key()),
        sealing_point=sealing.public_point(sealing_key),
    )
    shares = sharing.split(sealing.scalar_of(sealing_key), launched.k, len(frozen.roster.invitees))
    pin = links.pin_of(links.manifest_hash(manifest))
    return manifest, address_links(pool_id, frozen.roster, shares, pin)


def _audience(launched: Round) -> tuple[str, ...]:
    if launched.group_id is not None:
        return GROUP_AUDIENCE
    return OPEN_AUDIENCE if launched.tells_respondents else AUDIENCE
