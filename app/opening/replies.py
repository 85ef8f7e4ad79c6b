"""The staff's side of mailboxes: open what authors wrote, seal what they are answered."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.extensions import Store
from app.models.ballots.comment import Comment
from app.models.ballots.mailbox_message import PLACES, PLACES_OF_A_SIDE, MailboxMessage
from app.models.ballots.reply_key import ReplyKey
from app.vault import KeyGoneError, Vault
from crypto import envelope, sealing
from crypto.errors import CryptoError
from crypto.messages import (
    TEXT_BYTES,
    Message,
    decode_message,
    encode_message,
    to_author_info,
    to_staff_info,
)
from surveys.masking import fitting

AUTHOR = "author"
_NUMBER_BYTES = 2


@dataclass(frozen=True)
class Conversation:
    """What stands in a mailbox as staff may read it, the oldest first.

    :ivar has_room: whether one more answer fits.
    """

    messages: tuple[Message, ...] = ()
    has_room: bool = True


def add_reply_key(session: Session, vault: Vault, pool_id: bytes) -> None:
    """Make the key that a pool's authors write to, in the transaction that brings the comments.

    One that is there stays: a close that is done again must not lock what was written meanwhile.
    """
    if session.get(ReplyKey, pool_id) is not None:
        return
    private_key = sealing.generate_key()
    scalar = sealing.scalar_of(private_key).to_bytes(sealing.SCALAR_BYTES)
    session.add(
        ReplyKey(
            pool_id=pool_id,
            point=sealing.public_point(private_key),
            private_key=envelope.encrypt(
                vault.kept_key(pool_id),
                scalar,
                table="reply_key",
                column="private_key",
                row=pool_id,
            ),
        )
    )


def read_conversations(
    ballots: Store, kept: envelope.DataKey, pool_id: bytes, mask: Callable[[str], str]
) -> Mapping[bytes, Conversation]:
    """Return what stands in the mailboxes of a pool, by the keys of their comments.

    :param mask: hides the roster's names in what authors wrote, as in the comments (D8).
    """
    with ballots.read() as session:
        rows = session.scalars(
            select(MailboxMessage)
            .where(MailboxMessage.pool_id == pool_id)
            .order_by(MailboxMessage.mailbox_id, MailboxMessage.number)
        ).all()
        key_row = session.get(ReplyKey, pool_id)
    if not rows or key_row is None:
        return {}
    opener = _Opener(pool_id, kept, _private_key(kept, key_row), mask)
    boxes: dict[bytes, list[MailboxMessage]] = {}
    for row in rows:
        boxes.setdefault(row.mailbox_id, []).append(row)
    return {
        mailbox_id: Conversation(
            messages=tuple(message for row in box if (message := opener.open(row)) is not None),
            has_room=_has_room(box),
        )
        for mailbox_id, box in boxes.items()
    }


def mask_new_messages(ballots: Store, vault: Vault, mask: Callable[[str], str]) -> None:
    """Mask what authors wrote since the last look, and keep the staff's copy so.

    Names are hidden while their people are on the roster: who is forgotten later is hidden still.

    :param mask: hides the roster's names of now.
    """
    with ballots.read() as session:
        new = session.execute(
            select(MailboxMessage, ReplyKey)
            .join(ReplyKey, ReplyKey.pool_id == MailboxMessage.pool_id)
            .where(MailboxMessage.masked.is_(False))
            .order_by(MailboxMessage.pool_id, MailboxMessage.mailbox_id, MailboxMessage.number)
        ).all()
    for row, key_row in new:
        try:
            kept = vault.kept_key(row.pool_id)
        except KeyGoneError:
            continue  # its retention ends at this moment
        message = _Opener(row.pool_id, kept, _private_key(kept, key_row), mask).open(row)
        _keep_masked(ballots, kept, row, message)


def write_answer(
    ballots: Store,
    kept: envelope.DataKey,
    pool_id: bytes,
    comment_ids: Iterable[bytes],
    message: Message,
) -> bool:
    """Leave one answer in the mailboxes of several comments; return whether it went into all.

    A mailbox that is full keeps what it has. All are written in one transaction, in an order of
    their own.

    :raises InvalidMessageError: if the message is empty or too long; nothing is written then.
    """
    encode_message(message)  # refuses, before any is written
    wanted = list(comment_ids)
    secrets.SystemRandom().shuffle(wanted)
    in_all = True
    with ballots.begin() as session:
        for comment_id in wanted:
            comment = _locked(session, pool_id, comment_id)
            if comment is None or comment.mailbox_public_key is None:
                continue
            number = _free_number(session, comment)
            if number is None:
                in_all = False
                continue
            session.add(_answer(kept, comment, comment.mailbox_public_key, number, message))
    return in_all


@dataclass(frozen=True)
class _Opener:
    """What opens the staff's copy of a pool's messages."""

    pool_id: bytes
    kept: envelope.DataKey
    private_key: EllipticCurvePrivateKey
    mask: Callable[[str], str]

    def open(self, row: MailboxMessage) -> Message | None:
        """Return a message; None where an author's client sealed something else."""
        if not row.for_staff:
            return None
        if row.masked:
            place = place_of_message(self.pool_id, row.mailbox_id, row.number)
            return decode_message(_decrypt(self.kept, row.for_staff, place))
        info = to_staff_info(self.pool_id, row.mailbox_id)
        try:
            message = decode_message(sealing.unseal(self.private_key, row.for_staff, info))
        except CryptoError:
            return None
        if message.acknowledgement:
            return None  # the ready sentences are the staff's
        # Writer and day are the service's own: an author's client could have written any.
        text = fitting(self.mask(message.text), TEXT_BYTES)
        return replace(message, writer=AUTHOR, day=row.day, text=text)


def _private_key(kept: envelope.DataKey, row: ReplyKey) -> EllipticCurvePrivateKey:
    scalar = envelope.decrypt(
        kept, row.private_key, table="reply_key", column="private_key", row=row.pool_id
    )
    return sealing.private_key_from_scalar(int.from_bytes(scalar))


def _locked(session: Session, pool_id: bytes, comment_id: bytes) -> Comment | None:
    """Return a comment's row, held against whoever writes into its mailbox meanwhile."""
    return session.scalar(
        select(Comment)
        .where(Comment.pool_id == pool_id, Comment.id == comment_id)
        .with_for_update()
    )


def _free_number(session: Session, comment: Comment) -> int | None:
    """Return the number of the next answer, or None if there is no place for one."""
    of_staff, last = session.execute(
        select(
            func.count().filter(MailboxMessage.writer != AUTHOR), func.max(MailboxMessage.number)
        ).where(MailboxMessage.pool_id == comment.pool_id, MailboxMessage.mailbox_id == comment.id)
    ).one()
    return (last or 0) + 1 if of_staff < PLACES_OF_A_SIDE else None


def _has_room(box: Sequence[MailboxMessage]) -> bool:
    of_staff = sum(row.writer != AUTHOR for row in box)
    return of_staff < PLACES_OF_A_SIDE and len(box) < PLACES


def _answer(
    kept: envelope.DataKey, comment: Comment, point: bytes, number: int, message: Message
) -> MailboxMessage:
    pool_id, mailbox_id, padded = comment.pool_id, comment.id, encode_message(message)
    return MailboxMessage(
        pool_id=pool_id,
        mailbox_id=mailbox_id,
        number=number,
        writer=message.writer,
        day=message.day,
        for_author=sealing.seal(point, padded, to_author_info(pool_id, mailbox_id)),
        for_staff=_encrypt(kept, padded, place_of_message(pool_id, mailbox_id, number)),
        masked=True,  # the staff's own words
    )


def _keep_masked(
    ballots: Store, kept: envelope.DataKey, row: MailboxMessage, message: Message | None
) -> None:
    place = place_of_message(row.pool_id, row.mailbox_id, row.number)
    for_staff = b"" if message is None else _encrypt(kept, encode_message(message), place)
    with ballots.begin() as session:
        session.execute(
            update(MailboxMessage)
            .where(
                MailboxMessage.pool_id == row.pool_id,
                MailboxMessage.mailbox_id == row.mailbox_id,
                MailboxMessage.number == row.number,
            )
            .values(for_staff=for_staff, masked=True)
        )


def _encrypt(kept: envelope.DataKey, padded: bytes, place: bytes) -> bytes:
    return envelope.encrypt(kept, padded, table="mailbox_message", column="for_staff", row=place)


def _decrypt(kept: envelope.DataKey, blob: bytes, place: bytes) -> bytes:
    return envelope.decrypt(kept, blob, table="mailbox_message", column="for_staff", row=place)


def place_of_message(pool_id: bytes, mailbox_id: bytes, number: int) -> bytes:
    """Return what a message's copy for the staff is bound to."""
    return pool_id + mailbox_id + number.to_bytes(_NUMBER_BYTES)
