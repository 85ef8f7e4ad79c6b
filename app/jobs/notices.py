"""The notices that are owed: results are in, a round was cancelled, an alert, the digest."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.directory import address_of, language_of
from app.jobs.digests import digest_mail
from app.jobs.leases import LEASE
from app.jobs.posting import send
from app.jobs.workplace import Workplace
from app.languages import speaking
from app.mail.alert_letters import alert_letter
from app.mail.bounce_addresses import bounce_address
from app.mail.mailer import Mail
from app.mail.message_ids import message_id
from app.mail.notes import (
    cancelled_feedback_letter,
    cancelled_letter,
    feedback_letter,
    results_letter,
)
from app.mail.sender import Sender
from app.models.identity.account import Account
from app.models.identity.alert import Alert
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.notice import Notice
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.personal import open_address
from crypto.envelope import DataKey


def send_owed_notices(workplace: Workplace) -> None:
    """Send the mails that are owed; one that is delayed stays owed."""
    with workplace.identity.read() as session:
        owed = session.scalars(
            select(Notice).where(Notice.kind != "lost", _unclaimed(workplace.now()))
        ).all()
    for notice in owed:
        with workplace.identity.begin() as session:
            mine = session.execute(
                update(Notice)
                .where(_same(notice), _unclaimed(workplace.now()))
                .values(lease_until=workplace.now() + LEASE)
            )
            mail = _notice_mail(workplace, session, notice) if mine.rowcount == 1 else None
        if mine.rowcount == 1 and (mail is None or send(workplace.mailer, mail)):
            with workplace.identity.begin() as session:
                session.execute(delete(Notice).where(_same(notice)))


def _same(notice: Notice) -> ColumnElement[bool]:
    return and_(
        Notice.kind == notice.kind,
        Notice.subject_id == notice.subject_id,
        Notice.recipient_id == notice.recipient_id,
    )


def _unclaimed(now: datetime) -> ColumnElement[bool]:
    return or_(Notice.lease_until.is_(None), Notice.lease_until <= now)


def _notice_mail(workplace: Workplace, session: Session, notice: Notice) -> Mail | None:
    """Return the mail that is owed, or None if there is nobody or nothing left to write to."""
    identifier = message_id(
        workplace.settings.secret_key.encode(),
        notice.kind,
        notice.subject_id,
        notice.recipient_id,
        workplace.sender.domain,
    )
    key = workplace.vault.roster_key()
    if notice.kind == "alert":
        return _alert_mail(workplace, session, notice, key, identifier)
    if notice.kind == "digest":
        return digest_mail(workplace, session, notice, key, identifier)
    return _person_mail(workplace, session, notice, key, identifier)


def _person_mail(
    workplace: Workplace, session: Session, notice: Notice, key: DataKey, identifier: str
) -> Mail | None:
    """Return what is owed to somebody on the roster about a round, or about a whole cycle."""
    person = session.get(Person, notice.recipient_id)
    told = session.get(Round, notice.subject_id) or session.get(FeedbackCycle, notice.subject_id)
    if person is None or person.state != "active" or told is None:
        return None
    program = session.get_one(Program, told.program_id)
    secret_key = workplace.settings.secret_key
    to = (open_address(key, person), program.name)
    how = {
        "message_id": identifier,
        "bounces_to": bounce_address(workplace.sender, secret_key, person.id),
    }
    with speaking(person.language):
        return _letter_about(told, notice.kind, workplace.sender, to, how)


def _letter_about(
    told: Round | FeedbackCycle,
    kind: str,
    sender: Sender,
    to: tuple[str, str],
    how: dict[str, str],
) -> Mail:
    """Return what is said of a round or cycle: that it was cancelled, or that it can be read.

    :param to: the recipient, and the program.
    """
    whole = isinstance(told, FeedbackCycle)
    of_cycle = whole or told.cycle_id is not None
    if kind == "cancelled" and of_cycle:
        return cancelled_feedback_letter(sender, *to, **how, whole=whole)
    if kind == "cancelled":
        return cancelled_letter(sender, *to, **how)
    if of_cycle:
        return feedback_letter(sender, *to, f"{sender.base_url}/feedback/{told.cycle_id}", **how)
    return results_letter(sender, *to, f"{sender.base_url}/circles", **how)


def _alert_mail(
    workplace: Workplace, session: Session, notice: Notice, key: DataKey, identifier: str
) -> Mail | None:
    account = session.get(Account, notice.recipient_id)
    alert = session.get(Alert, notice.subject_id)
    if account is None or alert is None or not account.active or not account.admin:
        return None
    program = session.get_one(Program, alert.program_id)
    with speaking(language_of(session, account)):
        return alert_letter(
            workplace.sender,
            address_of(key, account),
            program.name,
            date.fromisoformat(alert.evidence["since"]),
            # Alerts of the first version kept no such word; it never was a weaker one.
            alert.evidence.get("certainty", "likely"),
            f"{workplace.sender.base_url}/alerts/{alert.id}",
            identifier,
        )
