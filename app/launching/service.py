"""Launch a round: one instant, one process, no queue. Source: PROTOCOL 3, Launch."""

from contextlib import suppress

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.extensions import Store
from app.languages import speaking
from app.launching.letters import (
    bounces_to,
    invitation_id,
    page_language,
    round_facts,
    unsubscribe_url,
)
from app.launching.notes import LEASE, Launching, LaunchLostError
from app.launching.preparing import Ready, prepare_round
from app.launching.records import AddressedLink
from app.launching.room import LaunchRoom
from app.launching.sending import Post, send_links
from app.mail.letters import InvitationLetter
from app.mail.mailer import Mail
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.rounds.errors import NoSuchRoundError, RoundError
from app.rounds.mailing import count_mailed
from crypto import links
from surveys.errors import SurveyError

# Protocol: Launch. After a crash a pool with fewer than this many times k links is given up.
VIABLE_TIMES_K = 2


def launch_round(room: LaunchRoom, round_id: str) -> None:
    """Launch a due round; a second caller finds it taken and does nothing.

    :raises RoundError: if it can't be launched; the round is given up then.
    :raises EmptySupportError: if the form has no helpline; likewise.
    """
    if not _claim(room, round_id):
        return
    with suppress(LaunchLostError):  # what became of the round is the other process's to say
        try:
            ready = prepare_round(room, round_id)
        except (RoundError, SurveyError):
            _give_up(room, round_id)
            raise
        _send(room, ready)
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
    mailed = count_mailed(session, launched.id)
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


def _send(room: LaunchRoom, ready: Ready) -> None:
    launched = ready.frozen.round
    # Each is rendered once, before the first mail goes; their order stays that of the links.
    languages = {entry.invitee.language for entry in ready.waiting}
    letters = {reads: _letter_in(reads, room, ready) for reads in languages}

    def compose(entry: AddressedLink) -> Mail:
        person_id = entry.invitee.person_id
        return letters[entry.invitee.language].compose(
            entry.invitee.address,
            link=room.sender.base_url
            + links.link_path(ready.pool_id, entry.link, page_language(entry.invitee.language)),
            unsubscribe_url=unsubscribe_url(room.sender, room.secret_key, person_id),
            message_id=invitation_id(room.secret_key, launched, person_id, room.sender),
            bounces_to=bounces_to(room.sender, room.secret_key, person_id),
        )

    post = Post(room.identity, room.mailer, compose, room.now)
    send_links(post, Launching(Round, launched.id, launched.id), ready.waiting)


def _letter_in(reads: str, room: LaunchRoom, ready: Ready) -> InvitationLetter:
    """Return the letter that everybody gets who reads a language."""
    frozen = ready.frozen
    with speaking(reads):
        facts = round_facts(
            frozen.program,
            frozen.round,
            frozen.form,
            circle=frozen.circle,
            joined=frozen.joined,
            left=frozen.left,
            fingerprint=ready.fingerprint,
        )
        return InvitationLetter(room.sender, facts)
