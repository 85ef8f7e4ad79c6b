"""The audit log: what admins and the operator did, in words that name nobody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from app.accounts.audit_chain import chain_head, content_of
from app.accounts.audit_words import act_words, actor_words, named, subject_words
from app.accounts.directory import address_of
from app.accounts.errors import RevealingAuditError
from app.models.identity.account import Account
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.group import Group
from app.models.identity.own_form import OwnForm
from app.models.identity.program import Program
from crypto import chain, envelope
from surveys.drafts import draft_from_wire
from surveys.sentences import said

OPERATOR = "operator"
RETENTION = "retention"
PAGE_LENGTH = 50
_WRITING = 0x6175_6469_74  # the lock of PostgreSQL that writers of the log take in turn
# Kinds of acts by what their words hold: no person is looked for, only what was done.
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "rounds": ("% round%", "%cycle%", "printed%", "%unread%"),
        "people": ("%person%", "%people%", "%roster%", "%mentor%", "%mails%", "forgot%"),
        "settings": (
            "%k from%", "made a program%", "renamed%", "set rounds%", "set the %", "%form%",
            "%goal%", "%schedule%", "chose%",
        ),
        "alerts": ("%alert%", "%digest%"),
        "access": (
            "signed in", "%password%", "% admin", "%passkey%", "%app for codes",
            "%recovery code%", "%second factor", "%used code",
        ),
        "operation": (
            "%backup%", "%master key%", "% data keys", "%damaged keys", "%destroyed%", "%clock",
        ),
    }
)  # fmt: skip
_REFERENCE = re.compile(r"\b(account|program|group|form) ([2-9a-z]{16})\b")


@dataclass(frozen=True)
class AuditLine:
    """One act as a page shows it: who, what and on what, with names where they are known."""

    at: datetime
    actor: str
    act: str
    subject: str


@dataclass(frozen=True)
class AuditPage:
    """Acts, newest first; `older` is what the next page comes before, or None at the end."""

    lines: tuple[AuditLine, ...]
    older: int | None


def record(session: Session, now: datetime, actor: str, act: str, subject: str) -> None:
    """Add one act to the log, in the transaction of the act itself.

    :param actor: the account's id, OPERATOR for a command, RETENTION for what time ended.
    :param act: what was done, as a past-tense phrase: "launched a round".
    :param subject: on what, as kind and id: "program 7k2mz...", at most 120 characters; kinds
        that the page can name are account, program and group.
    :raises RevealingAuditError: for a text that holds an address.
    """
    if "@" in act or "@" in subject:
        raise RevealingAuditError
    _wait_for_others(session)
    number, digest = chain_head(session)
    entry = AuditEntry(number=number + 1, at=now, actor=actor, act=act, subject=subject)
    entry.digest = chain.next_digest(digest, content_of(entry))
    session.add(entry)
    session.flush()


def record_once(session: Session, now: datetime, actor: str, act: str, subject: str) -> None:
    """Add one act to the log unless it is there already; see `record`."""
    _wait_for_others(session)
    there = select(AuditEntry.number).where(AuditEntry.act == act, AuditEntry.subject == subject)
    if session.scalar(there.limit(1)) is None:
        record(session, now, actor, act, subject)


def _wait_for_others(session: Session) -> None:
    """Hold off other writers of the log: two acts must not follow the same one."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        # Not a lock of the table: whoever may take that one could also change what is written.
        session.execute(text(f"SELECT pg_advisory_xact_lock({_WRITING})"))


def audit_page(
    session: Session, key: envelope.DataKey, before: int | None = None, kind: str = ""
) -> AuditPage:
    """Return the newest acts, or those before the entry `before`.

    :param kind: one of KINDS; anything else means all.

    :param key: the roster's data key; addresses of accounts are read for the page alone.
    """
    wanted = select(AuditEntry).order_by(AuditEntry.number.desc()).limit(PAGE_LENGTH + 1)
    if before is not None:
        wanted = wanted.where(AuditEntry.number < before)
    if kind in KINDS:
        wanted = wanted.where(or_(*(AuditEntry.act.like(words) for words in KINDS[kind])))
    found = session.scalars(wanted).all()
    entries = found[:PAGE_LENGTH]
    names = _names(session, key, entries)
    lines = tuple(
        AuditLine(
            at=entry.at,
            actor=names.get(f"account {entry.actor}") or actor_words(entry.actor),
            act=act_words(entry.act),
            subject=_subject(names, entry.subject),
        )
        for entry in entries
    )
    return AuditPage(lines, entries[-1].number if len(found) > PAGE_LENGTH else None)


def _subject(names: Mapping[str, str], stored: str) -> str:
    """Return on what was acted, with the names of what it refers to."""
    what, with_account, whom = stored.partition(", account ")
    if with_account:
        account = _subject(names, f"account {whom}")
        return said("%(what)s, %(account)s", what=_subject(names, what), account=account)
    return names.get(stored) or subject_words(stored)


def _names(
    session: Session, key: envelope.DataKey, entries: Sequence[AuditEntry]
) -> dict[str, str]:
    """Return the names of what the entries refer to, by kind and id."""
    texts = [f"account {entry.actor} {entry.subject}" for entry in entries]
    hits = [hit.groups() for text in texts for hit in _REFERENCE.finditer(text)]
    names = {
        f"account {account.id}": address_of(key, account)
        for account in session.scalars(select(Account).where(Account.id.in_(_ids(hits, "account"))))
    }
    for kind, table in (("program", Program), ("group", Group)):
        rows = session.execute(select(table.id, table.name).where(table.id.in_(_ids(hits, kind))))
        names |= {f"{kind} {row.id}": named(kind, row.name) for row in rows}
    own_forms = session.scalars(select(OwnForm).where(OwnForm.id.in_(_ids(hits, "form"))))
    names |= {f"form {own.id}": named("form", draft_from_wire(own.draft).name) for own in own_forms}
    return names


def _ids(hits: list[tuple[str, ...]], kind: str) -> set[str]:
    return {identifier for named, identifier in hits if named == kind}
