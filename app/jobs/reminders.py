"""The worker's reminders: one a round, in the thread of the first mail, without a link."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.forms.service import frozen_form
from app.jobs.leases import for_each_round
from app.jobs.posting import send
from app.jobs.workplace import Workplace
from app.launching.letters import invitation_id, round_facts, unsubscribe_url
from app.mail.letters import NudgeLetter
from app.mail.mailer import Mail
from app.mail.message_ids import message_id
from app.models.identity.form import Form
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.personal import open_address

# Protocol: Reminders. With fewer invited than this, only a mail to everybody tells nothing.
NUDGE_EVERYBODY_BELOW = 20
SOONEST_NUDGE = timedelta(hours=24)


def nudge_open_rounds(workplace: Workplace) -> None:
    """Send each open round's one reminder, without a link, when half of its time is over."""
    now = workplace.now()
    with workplace.identity.begin() as session:
        waiting = session.scalars(
            select(Round).where(Round.state == "open", Round.reminders == 0, Round.closes_at > now)
        ).all()
    due = [entry.id for entry in waiting if now >= _nudge_time(entry)]
    for_each_round(workplace, _nudge_claimed, Round.state == "open", Round.id.in_(due))


def _nudge_claimed(workplace: Workplace, round_id: str) -> None:
    done = _nudge_round(workplace, round_id)
    with workplace.identity.begin() as session:
        session.execute(
            update(Round).where(Round.id == round_id).values(reminders=int(done), lease_until=None)
        )


def _nudge_time(entry: Round) -> datetime:
    return max(
        entry.opens_at + SOONEST_NUDGE,
        entry.opens_at + (entry.closes_at - entry.opens_at) / 2,
    )


def _nudge_round(workplace: Workplace, round_id: str) -> bool:
    """Remind whoever is to be reminded and return whether nobody is left."""
    roster_key = workplace.vault.roster_key()
    with workplace.identity.begin() as session:
        nudged = session.get_one(Round, round_id)
        program = session.get_one(Program, nudged.program_id)
        form = frozen_form(session.get_one(Form, nudged.form_id), workplace.settings.support)
        recipients = _nudge_recipients(session, nudged)
        mails = []
        facts = round_facts(program, nudged, form, joined=None, left=None, fingerprint="")
        letter = NudgeLetter(workplace.sender, facts)
        for token_hash, person in recipients:
            mail = letter.compose(
                open_address(roster_key, person),
                unsubscribe_url=unsubscribe_url(
                    workplace.sender, workplace.settings.secret_key, person.id
                ),
                message_id=message_id(
                    workplace.settings.secret_key.encode(),
                    "nudge",
                    nudged.id,
                    person.id,
                    workplace.sender.domain,
                ),
                in_reply_to=invitation_id(
                    workplace.settings.secret_key, nudged, person.id, workplace.sender
                ),
            )
            mails.append((token_hash, mail))
    delayed = [mail for token_hash, mail in mails if not _nudge_one(workplace, token_hash, mail)]
    return not delayed


def _nudge_recipients(session: Session, nudged: Round) -> list[tuple[bytes, Person]]:
    everybody = nudged.invited < NUDGE_EVERYBODY_BELOW
    states = ("open", "taken") if everybody else ("open",)
    rows = session.execute(
        select(Invitation.token_hash, Person)
        .join(Pool, Pool.pool_id == Invitation.pool_id)
        .join(Person, Person.id == Invitation.person_id)
        .where(
            Pool.round_id == nudged.id,
            Invitation.mailed,
            Invitation.reminders == 0,
            Invitation.state.in_(states),
            Person.unsubscribed.is_(False),
            Person.state == "active",
        )
    )
    return [(token_hash, person) for token_hash, person in rows]


def _nudge_one(workplace: Workplace, token_hash: bytes, mail: Mail) -> bool:
    if not send(workplace.mailer, mail):
        return False
    with workplace.identity.begin() as session:
        session.execute(
            update(Invitation).where(Invitation.token_hash == token_hash).values(reminders=1)
        )
    return True
