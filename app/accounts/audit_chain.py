"""The audit log as a chain: its head, whether it is unbroken, and the log to take away."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.identity.audit_entry import AuditEntry
from crypto import chain


@dataclass(frozen=True)
class ChainState:
    """How the log stands: how many entries, the newest one's digest, the first that is wrong."""

    count: int
    head: bytes
    broken_at: int | None = None

    @property
    def fingerprint(self) -> str:
        """Return the head in a form to note down."""
        return chain.fingerprint(self.head)


def content_of(entry: AuditEntry) -> bytes:
    """Return what an entry's digest covers, apart from the digest before it."""
    at = entry.at.astimezone(UTC).isoformat()
    act = [entry.number, at, entry.actor, entry.act, entry.subject]
    return json.dumps(act, ensure_ascii=False, separators=(",", ":")).encode()


def chain_head(session: Session) -> tuple[int, bytes]:
    """Return the number and digest of the newest entry; 0 and `chain.BEGINNING` of an empty log.

    Whoever notes both can tell later whether the log of today is still a part of the log then.
    """
    newest = session.execute(
        select(AuditEntry.number, AuditEntry.digest).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    return (newest.number, newest.digest) if newest else (0, chain.BEGINNING)


def check_chain(session: Session) -> ChainState:
    """Return how the log stands after looking at every entry."""
    numbers: list[int] = []

    def _walk() -> Iterator[tuple[bytes, bytes]]:
        for entry in entries(session):
            numbers.append(entry.number)
            yield content_of(entry), entry.digest

    place = chain.first_break(_walk())
    count = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    broken_at = None if place is None else numbers[place]
    return ChainState(count, chain_head(session)[1], broken_at)


def holds_head(session: Session, fingerprint: str) -> bool:
    """Return whether some entry of the log has this fingerprint, however it is spaced."""
    wanted = fingerprint.replace(" ", "").lower()
    return any(
        chain.fingerprint(entry.digest).replace(" ", "") == wanted for entry in entries(session)
    )


def entries(session: Session) -> Iterator[AuditEntry]:
    """Give every entry, oldest first."""
    yield from session.scalars(select(AuditEntry).order_by(AuditEntry.number))
