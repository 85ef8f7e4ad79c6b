"""Launch a round: one instant, one process, no queue. Source: PROTOCOL 3, Launch."""

import secrets
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.extensions import Store
from app.forms.service import frozen_form
from app.languages import speaking
from app.launching.freeze import (
    FrozenRoster,
    admins_on_the_roster,
    freeze_group,
    freeze_roster,
)
from app.launching.letters import (
    bounces_to,
    invitation_id,
    page_language,
    round_facts,
    unsubscribe_url,
)
from app.launching.manifest import (
    AUDIENCE,
    GROUP_AUDIENCE,
    OPEN_AUDIENCE,
    form_bytes,
    manifest_bytes,
)
from app.launching.notes import LEASE, Launching, LaunchLostError
from app.launching.records import (
    AddressedLink,
    address_links,
    forget_earlier_invitations,
    write_ballots_side,
    write_identity_side,
)
from app.launching.sending import Post, send_links
from app.mail.letters import InvitationLetter
from app.mail.mailer import Mail, Mailer
from app.mail.sender import Sender
from app.models.identity.form import Form as FormRow
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.service import roster_of_program
from app.rounds.closings import closes_ahead, set_times
from app.rounds.errors import NoSuchRoundError, RoundError
from app.rounds.service import last_threshold
from app.vault import Vault
from crypto import blind, links, sealing, sharing
from crypto.envelope import DataKey
from surveys.errors import SurveyError
from surveys.items import Form

POOL_ID_BYTES = 16
# Protocol: Launch. After a crash a pool with fewer than this many times k links is given up.
VIABLE_TIMES_K = 2


@dataclass(frozen=True)
class LaunchRoom:
    """What a launch works with."""

    identity: Store
    ballots: Store
    vault: Vault
    mailer: Mailer
    sender: Sender
    secret_key: str = field(repr=False)
    mail_domains: tuple[str, ...]
    support: tuple[tuple[str, str], ...]
    now: Callable[[], datetime]


@dataclass(frozen=True)
class _Frozen:
    """A round as it stands from now on, and what its mails say of it."""

    round: Round
    program: Program
    form: Form
    roster: FrozenRoster
    joined: int | None
    left: int | None
    k_before: int | None
    circle: str | None


def launch_round(room: LaunchRoom, round_id: str) -> None:
    """Launch a due round; a second caller finds it taken and does nothing.

    :raises RoundError: if it can't be launched; the round is given up then.
    :raises EmptySupportError: if the form has no helpline; likewise.
    """
    if not _claim(room, round_id):
        return
    pool_id = secrets.token_bytes(POOL_ID_BYTES)
    try:
        frozen, addressed, fingerprint = _prepare(room, round_id, pool_id)
    except (RoundError, SurveyError):
        _give_up(room, round_id)
        raise
    with suppress(LaunchLostError):  # what became of the round is the other process's to say
        _send(room, frozen, pool_id, addressed, fingerprint)
        finish_launch(room.identity, round_id, complete=True)


def finish_launch(identity: Store, round_id: str, *, complete: bool) -> bool:
    """Return whether the round is open now; with too few links mailed it begins to be aborted.

    :param complete: the launch came to its end; False after a crash, when only what the
        database says counts and at least 2k links, or all, must have gone.
    """
    with identity.begin() as session:
        launched = session.get(Round, round_id, with_for_update=True)
        if launched is None:
            raise NoSuchRoundError
        if launched.state != "launching":
            return launched.state == "open"
        return settle_launch(session, launched, complete=complete)


def settle_launch(session: Session, launched: Round, *, complete: bool) -> bool:
    """Return whether enough links of a round were mailed, and say in its row what it is now."""
    mailed = _mailed(session, launched.id)
    asked_by_mail = launched.invited - launched.printed_codes
    wanted = launched.k if complete else min(VIABLE_TIMES_K * launched.k, asked_by_mail)
    viable = asked_by_mail > 0 and mailed >= wanted
    launched.state = "open" if viable else "aborting"
    launched.lease_until = None
    if not viable:
        session.execute(update(Pool).where(Pool.round_id == launched.id).values(state="ended"))
    return viable


def _claim(room: LaunchRoom, round_id: str) -> bool:
    with room.identity.begin() as session:
        claimed = session.execute(
            update(Round)
            .where(Round.id == round_id, Round.state == "due")
            .values(state="launching", lease_until=room.now() + LEASE)
        )
        return claimed.rowcount == 1


def _give_up(room: LaunchRoom, round_id: str) -> None:
    """End a round that can't be launched as things are; nothing of it was mailed or written."""
    with room.identity.begin() as session:
        session.execute(
            update(Round).where(Round.id == round_id).values(state="aborted", lease_until=None)
        )


def _prepare(
    room: LaunchRoom, round_id: str, pool_id: bytes
) -> tuple[_Frozen, deque[AddressedLink], str]:
    """Freeze, make keys, write both sides; the scalar and the polynomial end with this call.

    A crash before the identity side is written leaves keys that lock nothing; one after it, a
    round under way whose lease runs out.
    """
    roster_key = room.vault.roster_key()
    with room.identity.begin() as session:
        frozen = _freeze(room, session, round_id, roster_key)
        sealing_key = sealing.generate_key()
        signing_key = room.vault.create_pool_keys(pool_id)
        manifest = manifest_bytes(
            pool_id=pool_id,
            round_name=secrets.token_urlsafe(12),
            k=frozen.round.k,
            invited=frozen.round.invited,
            opens=frozen.round.opens_at,
            closes=closes_ahead(frozen.round),
            groups=len(frozen.roster.groups),
            form=frozen.form,
            audience=_audience(frozen.round),
            k_before=frozen.k_before,
            signing_key_der=blind.public_key_to_der(signing_key.public_key()),
            sealing_point=sealing.public_point(sealing_key),
        )
        manifest_hash = links.manifest_hash(manifest)
        shares = sharing.split(
            sealing.scalar_of(sealing_key), frozen.round.k, len(frozen.roster.invitees)
        )
        addressed = address_links(pool_id, frozen.roster, shares, links.pin_of(manifest_hash))
        write_identity_side(session, pool_id, frozen.round, frozen.roster, addressed, roster_key)
    with room.ballots.begin() as session:
        write_ballots_side(session, pool_id, manifest, form_bytes(frozen.form), frozen.round)
    return frozen, addressed, links.fingerprint(manifest_hash)


def _freeze(room: LaunchRoom, session: Session, round_id: str, roster_key: DataKey) -> _Frozen:
    launched = session.get(Round, round_id)
    if launched is None:
        raise NoSuchRoundError
    program = session.get_one(Program, launched.program_id)
    # A round that is launched late is open for as long as any other.
    set_times(session, launched, program, room.now())
    form = frozen_form(session.get_one(FormRow, launched.form_id), room.support)
    roster = _roster_of(room, session, launched, roster_key)
    # Printed codes are made while the round is open; who gets one counts from the start.
    launched.invited = len(roster.invitees) + launched.printed_codes
    # Whoever answers in a circle's cell is in it: of a circle alone nothing is for its members.
    launched.tells_respondents = program.tells_respondents and launched.group_id is None
    launched.k_looked_at_on = room.now().date()  # D4: first told from the next midnight on
    before = forget_earlier_invitations(session, launched)
    asked = {invitee.person_id for invitee in roster.invitees}
    return _Frozen(
        round=launched,
        program=program,
        form=form,
        roster=roster,
        joined=None if before is None else len(asked - before),
        left=None if before is None else len(before - asked),
        k_before=last_threshold(session, launched),
        circle=launched.group_id and session.get_one(Group, launched.group_id).name,
    )


def _audience(launched: Round) -> tuple[str, ...]:
    if launched.group_id is not None:
        return GROUP_AUDIENCE
    return OPEN_AUDIENCE if launched.tells_respondents else AUDIENCE


def _roster_of(
    room: LaunchRoom, session: Session, launched: Round, roster_key: DataKey
) -> FrozenRoster:
    people = roster_of_program(session, roster_key, launched.program_id, room.now().date())
    admins = admins_on_the_roster(session)
    if launched.group_id is None:
        return freeze_roster(people, launched.k, room.mail_domains, admins)
    return freeze_group(people, launched.group_id, launched.k, room.mail_domains, admins)


def _send(
    room: LaunchRoom,
    frozen: _Frozen,
    pool_id: bytes,
    addressed: deque[AddressedLink],
    fingerprint: str,
) -> None:
    # Each is rendered once, before the first mail goes; their order stays that of the links.
    languages = {entry.invitee.language for entry in addressed}
    letters = {reads: _letter_in(reads, room, frozen, fingerprint) for reads in languages}

    def compose(entry: AddressedLink) -> Mail:
        person_id = entry.invitee.person_id
        return letters[entry.invitee.language].compose(
            entry.invitee.address,
            link=room.sender.base_url
            + links.link_path(pool_id, entry.link, page_language(entry.invitee.language)),
            unsubscribe_url=unsubscribe_url(room.sender, room.secret_key, person_id),
            message_id=invitation_id(room.secret_key, frozen.round, person_id, room.sender),
            bounces_to=bounces_to(room.sender, room.secret_key, person_id),
        )

    post = Post(room.identity, room.mailer, compose, room.now)
    send_links(post, Launching(Round, frozen.round.id, frozen.round.id), addressed)


def _letter_in(reads: str, room: LaunchRoom, frozen: _Frozen, fingerprint: str) -> InvitationLetter:
    """Return the letter that everybody gets who reads a language."""
    with speaking(reads):
        facts = round_facts(
            frozen.program,
            frozen.round,
            frozen.form,
            circle=frozen.circle,
            joined=frozen.joined,
            left=frozen.left,
            fingerprint=fingerprint,
        )
        return InvitationLetter(room.sender, facts)


def _mailed(session: Session, round_id: str) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Invitation)
            .join(Pool, Pool.pool_id == Invitation.pool_id)
            .where(Pool.round_id == round_id, Invitation.mailed)
        )
        or 0
    )
