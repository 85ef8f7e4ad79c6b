"""Delivery reports: read from the folder into which the relay puts them, or from a file."""

import os
import time
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import structlog
from sqlalchemy import select

from app.jobs.attempts import attempt
from app.jobs.workplace import Workplace
from app.mail.bounce_addresses import BounceAddressError, came_back_to
from app.mail.reports import Verdict, addressed_to, read_report
from app.models.identity.person import Person
from app.people.reach import (
    count_soft_bounce,
    forget_old_bounces,
    has_old_bounces,
    revoke_unused,
    suspend,
)

_AT_WORK, UNREAD = "reading", "unread"
_LEASE_SECONDS = 600
_KEPT_SECONDS = timedelta(days=14).total_seconds()  # what nobody could read holds addresses, too
_MAX_BYTES = 10_000_000
_ID_LENGTH = 16


def read_bounces(workplace: Workplace) -> None:
    """Read what has come back, and forget what is too old to be counted."""
    _forget_old(workplace)
    folder = workplace.settings.bounces
    if folder is None or not folder.is_dir():
        return
    unread = 0
    for path in _waiting(folder):
        claimed = _claim(path, folder)
        if claimed is not None:
            attempt("read_bounce", partial(_read_one, workplace, claimed, folder))
            unread += (folder / UNREAD / claimed.name).exists()
    _forget_unread(folder)
    if unread:
        structlog.get_logger().warning("bounces not understood", part="worker", count=unread)


def take_in(workplace: Workplace, content: bytes, name: str | None = None) -> Verdict:
    """Do what follows from one mail that came to an envelope sender of ours; return what it said.

    Without a token that was made here nothing follows, whatever it says.

    :param name: of its file. A process may die before the file is gone, so it may come again.
    """
    try:
        back = came_back_to(workplace.settings.secret_key, addressed_to(content))
    except BounceAddressError:
        return Verdict.UNREAD
    verdict = read_report(content)
    with workplace.identity.begin() as session:
        if session.scalar(select(Person.id).where(Person.id == back.person_id)) is None:
            return verdict
        if back.telling:
            # Whom mail doesn't reach is told on pages and lists: a reminder that went only to
            # those who had not answered must not bring anybody there. The next round's mail will.
            if verdict is Verdict.HARD:
                revoke_unused(session, back.person_id)
        elif verdict is Verdict.HARD:
            suspend(session, back.person_id)
        elif verdict is Verdict.SOFT:
            report = None if name is None else sha256(name.encode()).hexdigest()[:_ID_LENGTH]
            count_soft_bounce(session, back.person_id, workplace.now().date(), report)
    return verdict


def _read_one(workplace: Workplace, path: Path, folder: Path) -> None:
    """Take one report in; it is deleted then, or laid aside where no one could read it."""
    readable = path.stat().st_size <= _MAX_BYTES
    verdict = take_in(workplace, path.read_bytes(), path.name) if readable else Verdict.UNREAD
    if verdict is Verdict.UNREAD:
        (folder / UNREAD).mkdir(exist_ok=True)
        path.rename(folder / UNREAD / path.name)
    else:
        path.unlink()


def _waiting(folder: Path) -> list[Path]:
    """Return the mails to read: new ones, and those that a dead process began."""
    found = [*_files(folder / "new"), *_files(folder / "cur")]
    stale = time.time() - _LEASE_SECONDS
    return sorted(found + [path for path in _files(folder / _AT_WORK) if _since(path) < stale])


def _claim(path: Path, folder: Path) -> Path | None:
    """Return where the mail is while it is read; None if another process reads it."""
    (folder / _AT_WORK).mkdir(exist_ok=True)
    claimed = folder / _AT_WORK / path.name
    try:
        path.rename(claimed)
        os.utime(claimed)
    except FileNotFoundError:
        return None
    return claimed


def _forget_old(workplace: Workplace) -> None:
    today = workplace.now().date()
    with workplace.identity.read() as session:
        old = has_old_bounces(session, today)
    if old:  # asked first: this job comes round every few seconds, and SQLite has one writer
        with workplace.identity.begin() as session:
            forget_old_bounces(session, today)


def _forget_unread(folder: Path) -> None:
    for path in _files(folder / UNREAD):
        if _since(path) < time.time() - _KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.is_file() and path.name[0] != "."]


def _since(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()
