"""Bound the size of a ballot, so that all ballots of a form can be padded alike."""

import json

from surveys.errors import FormTooLargeError
from surveys.items import Form, Item

PADS = (512, 2048, 8192)  # Protocol: ballot plaintext, `pad`
LARGEST_CELL = 65535  # the link holds the cell in two bytes
CONTROL = "\x01"  # one byte that JSON writes as six: the worst that a comment can hold
MAILBOX_LENGTHS = {"id": 16, "auth": 32, "pub": 65, "key": 60}  # bytes. Protocol: two-way reply


def encoded_length(size: int) -> int:
    """Return the length of base64url without padding of `size` bytes."""
    return (4 * size + 2) // 3


def _longest_value(item: Item) -> object:
    if item.type == "comment":
        return CONTROL * (item.max_length or 0)
    if item.type == "multiple":
        return list(item.option_ids)
    longest = max(item.option_ids, key=len)
    if item.type == "single":
        # "xy" is as long as null; only a shorter option is beaten by can't say
        return None if item.cant_say and len(longest) < 2 else longest
    return None if item.cant_say and len(longest) < 4 else int(longest)


def longest_ballot(form: Form) -> dict[str, object]:
    """Return a ballot of this form that no other exceeds in length."""
    mailbox = {name: "A" * encoded_length(size) for name, size in MAILBOX_LENGTHS.items()}
    return {
        "v": 1,
        "cell": LARGEST_CELL,
        "a": {item.id: _longest_value(item) for item in form.items},
        "m": {item.id: mailbox for item in form.items if item.type == "comment"},
    }


def ballot_bound(form: Form) -> int:
    """Return the greatest number of bytes that a ballot of this form can take.

    It allows for a writer that puts a space behind each comma and colon.
    """
    return len(json.dumps(longest_ballot(form)).encode())


def pad_size(form: Form) -> int:
    """Return the one size, in bytes, to which every ballot of this form is padded.

    :raises FormTooLargeError: if the longest ballot would not fit the largest size.
    """
    bound = ballot_bound(form)
    for pad in PADS:
        if bound <= pad:
            return pad
    raise FormTooLargeError
