"""Mailboxes of shown comments, as their authors reach them: sealed bytes in, sealed bytes out.

Whoever asks gets an answer of one size, whether there is such a mailbox, whether it is theirs and
whether something lies in it. Source: PROTOCOL 3, Two-way reply.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row, insert, select

from app.models.ballots.comment import Comment
from app.models.ballots.mailbox_message import PLACES, PLACES_OF_A_SIDE, MailboxMessage
from app.models.ballots.reply_key import ReplyKey
from crypto import receipts, sealing
from crypto.messages import SEALED_BYTES

MOST_A_DAY = 3  # from one author into one mailbox
AUTHOR = "author"
_NO_AUTH = bytes(32)


@dataclass(frozen=True)
class MailboxKey:
    """What opens a mailbox: its pool, its id and the authenticator behind its hash."""

    pool_id: bytes
    id: bytes
    authenticator: bytes


@dataclass(frozen=True)
class MailboxContent:
    """What is answered: key 60, pub and reply key 65 bytes, 16 messages of 2129 bytes.

    What is missing is random and looks like the rest, to whoever watches the line and to a proxy
    that compresses.
    """

    pub: bytes
    key: bytes
    reply_key: bytes
    messages: tuple[bytes, ...]


def read_mailbox(connection: Connection, asked: MailboxKey) -> MailboxContent:
    """Return what lies in the mailbox; to anyone else than its author, nothing of the same size."""
    comment = _comment(connection, asked)
    rows = _rows(connection, asked)
    point = connection.scalar(select(ReplyKey.point).where(ReplyKey.pool_id == asked.pool_id))
    if comment is None or point is None:
        return _content(None, None, [])
    return _content(comment, point, [row.for_author for row in rows])


def write_message(
    connection: Connection, asked: MailboxKey, for_author: bytes, for_staff: bytes, today: date
) -> None:
    """Store what the mailbox's author wrote, while there is room; say nothing of it.

    The same message again is stored once, so a lost answer can be asked for again. No address is
    kept to bound a flood by: a mailbox takes a few messages a day and a few in all.
    """
    comment = _comment(connection, asked, hold=True)
    rows = _rows(connection, asked)
    own = [row for row in rows if row.writer == AUTHOR]
    if comment is None or any(row.for_author == for_author for row in own):
        return
    if len(own) >= PLACES_OF_A_SIDE or sum(row.day == today for row in own) >= MOST_A_DAY:
        return
    connection.execute(
        insert(MailboxMessage).values(
            pool_id=asked.pool_id,
            mailbox_id=asked.id,
            number=len(rows) + 1,  # rows are never deleted one by one
            writer=AUTHOR,
            day=today,
            for_author=for_author,
            for_staff=for_staff,
        )
    )


def _comment(
    connection: Connection, asked: MailboxKey, *, hold: bool = False
) -> Row[tuple[bytes | None, bytes | None, bytes | None]] | None:
    """Return the comment whose mailbox this is, if the authenticator is the right one."""
    query = select(
        Comment.mailbox_auth, Comment.mailbox_public_key, Comment.mailbox_wrapped_key
    ).where(Comment.pool_id == asked.pool_id, Comment.id == asked.id)
    row = connection.execute(query.with_for_update() if hold else query).one_or_none()
    kept = row.mailbox_auth if row is not None and row.mailbox_auth is not None else _NO_AUTH
    good = hmac.compare_digest(kept, receipts.auth_of(asked.authenticator))
    return row if good else None


def _rows(connection: Connection, asked: MailboxKey) -> Sequence[Row[tuple[int, str, date, bytes]]]:
    return connection.execute(
        select(
            MailboxMessage.number,
            MailboxMessage.writer,
            MailboxMessage.day,
            MailboxMessage.for_author,
        )
        .where(MailboxMessage.pool_id == asked.pool_id, MailboxMessage.mailbox_id == asked.id)
        .order_by(MailboxMessage.number)
    ).all()


def _content(
    comment: Row[tuple[bytes | None, bytes | None, bytes | None]] | None,
    point: bytes | None,
    messages: Sequence[bytes],
) -> MailboxContent:
    pub = comment.mailbox_public_key if comment is not None else None
    key = comment.mailbox_wrapped_key if comment is not None else None
    return MailboxContent(
        pub=pub or _like_a_point(sealing.POINT_BYTES),
        key=key or secrets.token_bytes(receipts.MAILBOX_KEY_BYTES),
        reply_key=point or _like_a_point(sealing.POINT_BYTES),
        messages=(
            *messages,
            *(_like_a_point(SEALED_BYTES) for _ in range(PLACES - len(messages))),
        ),
    )


def _like_a_point(length: int) -> bytes:
    """Return random bytes that begin as an uncompressed point does."""
    return b"\x04" + secrets.token_bytes(length - 1)
