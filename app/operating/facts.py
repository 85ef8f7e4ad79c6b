"""What the databases know of the installation itself: its copies, and whether mail comes through.

The same for whoever has answered: only acts of the operator, addresses, and mails that everybody
in a round was sent are looked at.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.models.identity.audit_entry import AuditEntry
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.round import Round

# A nightly copy may be late by a day; a second one that is missing is nobody's plan.
BACKUP_LATE = timedelta(days=2)
_MADE = "made a backup"


def last_backup(session: Session) -> datetime | None:
    """Return when the newest backup was finished, by the audit log; None if it has no line of one.

    A copy made around the program is not known: it would hold what a backup leaves out.
    """
    return session.scalar(
        select(AuditEntry.at)
        .where(AuditEntry.act == _MADE)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )


def count_unreached(session: Session) -> int:
    """Return to how many people of the whole roster no mail goes, since it came back.

    Mail that went only to those who had not answered never suspends an address, so this number
    moves with addresses alone (decision 105).
    """
    counted = select(func.count()).select_from(Person)
    return session.scalar(counted.where(Person.suspended, Person.state == "active")) or 0


def last_round_mailed(session: Session) -> datetime | None:
    """Return when the newest round opened whose first mails the relay has accepted; None if none.

    Only first mails count: everybody is sent one. When a reminder or an answer to a lost mail
    was accepted would tell of people who had not answered (decision 105).
    """
    accepted = exists().where(
        Pool.round_id == Round.id, Invitation.pool_id == Pool.pool_id, Invitation.mailed
    )
    return session.scalar(
        select(Round.opens_at).where(accepted).order_by(Round.opens_at.desc()).limit(1)
    )
