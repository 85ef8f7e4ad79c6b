"""Where the chain of the audit log ends: whoever notes it can tell later that nothing was cut."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.audit_chain import chain_head
from app.models.identity.audit_entry import AuditEntry


@dataclass(frozen=True)
class AuditMark:
    """One entry's number and digest (hexadecimal); a digest says nothing of what was done."""

    number: int
    digest: str


def audit_head(session: Session) -> AuditMark:
    """Return the newest entry's mark; number 0 before the first."""
    number, digest = chain_head(session)
    return AuditMark(number, digest.hex())


def audit_mark(session: Session, number: int) -> AuditMark | None:
    """Return the mark of the entry with this number; None if there is none."""
    digest = session.scalar(select(AuditEntry.digest).where(AuditEntry.number == number))
    return None if digest is None else AuditMark(number, digest.hex())
