"""Reads the development inbox: headers for the list, parts for one mail."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from itertools import islice
from pathlib import Path

from app.mail.maildir import message_files

LISTED = 100
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:=_-]*")


class NoSuchMailError(Exception):
    """There is no such mail in the inbox."""


@dataclass(frozen=True)
class ListedMail:
    """One line of the list."""

    name: str
    recipient: str
    subject: str
    stored_at: datetime


@dataclass(frozen=True)
class StoredMail:
    """One mail, taken apart; `html` is empty where there is no such part."""

    listed: ListedMail
    sender: str
    text: str
    html: str
    raw: str


def list_mails(inbox: Path, recipient: str = "") -> list[ListedMail]:
    """Return the newest mails, the newest first, at most `LISTED`.

    :param recipient: only mails whose recipient holds this text, in any case.
    """
    wanted = recipient.strip().lower()
    mails = (mail for mail in _listed(inbox) if wanted in mail.recipient.lower())
    return list(islice(mails, LISTED))


def read_mail(inbox: Path, name: str) -> StoredMail:
    """Return the mail stored under `name`.

    :raises NoSuchMailError: if there is none.
    """
    path = _path_of(inbox, name)
    content = path.read_bytes()
    message = email.message_from_bytes(content, policy=policy.default)
    return StoredMail(
        listed=_line(path, message),
        sender=str(message["From"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        raw=content.decode("utf-8", errors="replace"),
    )


def _listed(inbox: Path) -> Iterator[ListedMail]:
    parser = BytesHeaderParser(policy=policy.default)
    for path in message_files(inbox):
        with path.open("rb") as file:
            yield _line(path, parser.parse(file))


def _line(path: Path, headers: EmailMessage) -> ListedMail:
    return ListedMail(
        name=path.name,
        recipient=str(headers["To"] or ""),
        subject=str(headers["Subject"] or ""),
        stored_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
    )


def _path_of(inbox: Path, name: str) -> Path:
    if _NAME.fullmatch(name):
        for folder in ("new", "cur"):
            path = inbox / folder / name
            if path.is_file():
                return path
    raise NoSuchMailError(NoSuchMailError.__doc__)


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
