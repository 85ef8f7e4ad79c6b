"""Messages of the two-way reply: one size, and the context that ties each to its mailbox and side.

README.md beside this file states the layout byte by byte.
"""

from dataclasses import dataclass
from datetime import date

from crypto.ballots import POOL_ID_BYTES
from crypto.encoding import require_length
from crypto.errors import InvalidMessageError
from crypto.sealing import OVERHEAD

MESSAGE_BYTES = 2048
TEXT_BYTES = 2000
SEALED_BYTES = MESSAGE_BYTES + OVERHEAD
MAILBOX_ID_BYTES = 16
WRITERS = ("author", "mentor", "admin")  # written as 1, 2 and 3
ACKNOWLEDGEMENTS = range(1, 6)
TO_AUTHOR_LABEL = b"chorus/v1/reply-to-author\0"
TO_STAFF_LABEL = b"chorus/v1/reply-to-staff\0"

_VERSION = 1
_DAY_AT, _TEXT_AT = 3, 13


@dataclass(frozen=True)
class Message:
    """What one side wrote to the other.

    :ivar writer: "author", "mentor" or "admin".
    :ivar acknowledgement: 1 to 5 for one of the ready sentences, in place of a text; else 0.
    """

    writer: str
    day: date
    text: str
    acknowledgement: int = 0


def encode_message(message: Message) -> bytes:
    """Return the message as exactly 2048 bytes, so that its size tells nothing of its text.

    :raises InvalidMessageError: if the text has a NUL or more than 2000 bytes in UTF-8, or is
        missing without an acknowledgement, or stands beside one.
    """
    try:
        text = message.text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair is no text
        raise InvalidMessageError from None
    if message.writer not in WRITERS or len(text) > TEXT_BYTES or b"\0" in text:
        raise InvalidMessageError
    if not _is_either(message.acknowledgement, message.text):
        raise InvalidMessageError
    head = bytes([_VERSION, WRITERS.index(message.writer) + 1, message.acknowledgement])
    return (head + message.day.isoformat().encode() + text).ljust(MESSAGE_BYTES, b"\0")


def decode_message(padded: bytes) -> Message:
    """Return the message that encode_message was given.

    :raises InvalidMessageError: if it is written in any other way.
    """
    if len(padded) != MESSAGE_BYTES or padded[0] != _VERSION:
        raise InvalidMessageError
    text = padded[_TEXT_AT:].partition(b"\0")[0]
    try:
        message = Message(
            writer=WRITERS[padded[1] - 1] if padded[1] else "",
            day=date.fromisoformat(padded[_DAY_AT:_TEXT_AT].decode("ascii")),
            text=text.decode(),
            acknowledgement=padded[2],
        )
    except (IndexError, ValueError):
        raise InvalidMessageError from None
    if encode_message(message) != padded:
        raise InvalidMessageError
    return message


def to_author_info(pool_id: bytes, mailbox_id: bytes) -> bytes:
    """Return the context of a seal to the mailbox's own key (pool 16, mailbox 16 bytes)."""
    return TO_AUTHOR_LABEL + _place(pool_id, mailbox_id)


def to_staff_info(pool_id: bytes, mailbox_id: bytes) -> bytes:
    """Return the context of a seal to the pool's reply key (pool 16, mailbox 16 bytes)."""
    return TO_STAFF_LABEL + _place(pool_id, mailbox_id)


def _place(pool_id: bytes, mailbox_id: bytes) -> bytes:
    return require_length(pool_id, POOL_ID_BYTES) + require_length(mailbox_id, MAILBOX_ID_BYTES)


def _is_either(acknowledgement: int, text: str) -> bool:
    """Return whether there is an acknowledgement or a text, and not both."""
    if acknowledgement:
        return acknowledgement in ACKNOWLEDGEMENTS and not text
    return bool(text.strip())
