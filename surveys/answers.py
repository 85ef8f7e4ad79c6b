"""Read one opened ballot and check that it fits its form.

The sentence of a broken rule never repeats what the ballot holds.
"""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from surveys.ballot_size import MAILBOX_LENGTHS, encoded_length
from surveys.errors import InvalidAnswerError
from surveys.items import Form, Item, is_whole

Value: TypeAlias = int | str | tuple[str, ...] | None

BALLOT_VERSION = 1
_NEEDED = frozenset({"v", "cell", "a"})
_ALLOWED = _NEEDED | {"m"}
# To the alphabet that binascii reads; its own two signs become one that it refuses.
_TO_STANDARD = bytes.maketrans(b"-_+/", b"+/--")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a reply to one comment can be left: raw bytes of 16, 32, 65 and 60."""

    id: bytes
    auth: bytes
    pub: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Answers:
    """One ballot: values by item id (None is "can't say") and mailboxes of its comments.

    :ivar cell: index into the manifest's cells.
    """

    cell: int
    values: Mapping[str, Value]
    mailboxes: Mapping[str, Mailbox]


def _scale(item: Item, value: object) -> Value:
    if type(value) is not int or value not in item.points:  # True and 4.0 are no points
        raise InvalidAnswerError
    return value


def _single(item: Item, value: object) -> Value:
    if not isinstance(value, str) or value not in item.option_ids:
        raise InvalidAnswerError
    return value


def _multiple(item: Item, value: object) -> Value:
    if not isinstance(value, list) or not value:
        raise InvalidAnswerError
    if not all(isinstance(option, str) for option in value) or len(set(value)) != len(value):
        raise InvalidAnswerError
    if not set(value) <= set(item.option_ids):
        raise InvalidAnswerError
    return tuple(value)


def _comment(item: Item, value: object) -> Value:
    if not isinstance(value, str):
        raise InvalidAnswerError
    try:
        size = len(value.encode())
    except UnicodeEncodeError:  # half of a surrogate pair is no text
        raise InvalidAnswerError from None
    if size > (item.max_length or 0):
        raise InvalidAnswerError
    return value


_READERS = {"scale": _scale, "single": _single, "multiple": _multiple, "comment": _comment}


def _values(form: Form, given: object) -> dict[str, Value]:
    if not isinstance(given, dict):
        raise InvalidAnswerError
    values: dict[str, Value] = {}
    for item_id, value in given.items():
        item = form.by_id.get(item_id)
        if item is None:
            raise InvalidAnswerError
        if value is None and not item.cant_say:
            raise InvalidAnswerError
        read = None if value is None else _READERS[item.type](item, value)
        if isinstance(read, str) and not read.strip():
            continue  # a comment of blanks is a comment not given
        values[item_id] = read
    if not values or not form.required_ids <= values.keys():
        raise InvalidAnswerError
    return values


def _decoded(value: object, size: int) -> bytes:
    """Return the bytes of canonical base64url without padding of just this size."""
    if not isinstance(value, str) or len(value) != encoded_length(size):
        raise InvalidAnswerError
    try:
        standard = value.encode("ascii").translate(_TO_STANDARD) + b"=" * (-len(value) % 4)
        decoded = binascii.a2b_base64(standard, strict_mode=True)
    except ValueError:
        raise InvalidAnswerError from None
    if binascii.b2a_base64(decoded, newline=False) != standard:
        raise InvalidAnswerError  # unused bits have to be 0
    return decoded


def _mailbox(given: object) -> Mailbox:
    if not isinstance(given, dict) or given.keys() != MAILBOX_LENGTHS.keys():
        raise InvalidAnswerError
    return Mailbox(**{name: _decoded(given[name], size) for name, size in MAILBOX_LENGTHS.items()})


def _mailboxes(form: Form, given: object) -> dict[str, Mailbox]:
    if not isinstance(given, dict) or not given.keys() <= form.comment_ids:
        raise InvalidAnswerError
    return {item_id: _mailbox(mailbox) for item_id, mailbox in given.items()}


def parse_ballot(ballot: object, form: Form, cell_count: int) -> Answers:
    """Return the answers of one opened ballot.

    Mailboxes are kept only for comments that are given; the member "m" may be absent.

    :param ballot: the decoded JSON: {"v": 1, "cell": 0, "a": {...}, "m": {...}}.
    :param cell_count: number of cells in the manifest.
    :raises InvalidAnswerError: if anything does not fit the form.

    Source: protocol, names on the wire, Ballot.
    """
    if not isinstance(ballot, dict) or not _NEEDED <= ballot.keys() <= _ALLOWED:
        raise InvalidAnswerError
    cell = ballot["cell"]
    if not is_whole(ballot["v"]) or ballot["v"] != BALLOT_VERSION:
        raise InvalidAnswerError
    if not is_whole(cell) or not 0 <= cell < cell_count:
        raise InvalidAnswerError
    values = _values(form, ballot["a"])
    mailboxes = _mailboxes(form, ballot.get("m", {}))
    return Answers(cell, values, {name: box for name, box in mailboxes.items() if name in values})
