"""What a delivery report says: the address is dead, or a mail came back for now. Source: RFC 3464.

Whose address it is stands in the envelope sender, so no address in a report is believed.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from enum import Enum

from flufl.bounce import all_failures

# RFC 3463: what is permanent about this mail, its sender, its way or its content, not about the
# mailbox. 5.4.1 is how Exchange Online refuses an address that its directory doesn't know.
_NOT_THE_ADDRESS = re.compile(r"5\.(1\.[78]|2\.[23]|4\.(?!1$)\d+|[367]\.\d+)")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")


class Verdict(Enum):
    """What follows from a mail that came to an envelope sender of ours."""

    HARD = "the address is dead"
    SOFT = "the mail came back for now"
    NOTHING = "nothing follows: a delay, a delivery, an automatic reply"
    UNREAD = "no report that can be read"


def read_report(content: bytes) -> Verdict:
    """Return what a mail says about the address that its envelope sender stands for."""
    message = message_from_bytes(content)
    blocks = list(_recipient_blocks(message))
    if blocks:
        return _worst(_verdict_of(block) for block in blocks)
    if _is_automatic_reply(message):
        return Verdict.NOTHING
    return _odd_report(message)


def addressed_to(content: bytes) -> str:
    """Return the headers that say to which of our addresses a mail came, one a line."""
    message = message_from_bytes(content)
    found = [value for name in _RECIPIENT_HEADERS for value in message.get_all(name, [])]
    return "\n".join(str(value) for value in found)


def _recipient_blocks(message: Message) -> Iterator[Message]:
    """Yield the fields about each recipient; those about the whole mail come before them."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in part.get_payload():
                if isinstance(block, Message) and "Action" in block:
                    yield block


def _verdict_of(block: Message) -> Verdict:
    # Comments follow some words of some mail systems: "failed (bad address)".
    action = str(block["Action"]).strip().lower()
    if not action.startswith(("fail", "error")):
        return Verdict.NOTHING
    found = _STATUS.search(str(block["Status"] or "")) or _STATUS.search(
        str(block["Diagnostic-Code"] or "")
    )
    status = found[0] if found else ""
    if status.startswith("4") or _NOT_THE_ADDRESS.fullmatch(status):
        return Verdict.SOFT
    return Verdict.HARD if status.startswith("5") else Verdict.UNREAD


def _worst(verdicts: Iterator[Verdict]) -> Verdict:
    found = set(verdicts)
    return next(
        verdict
        for verdict in (Verdict.HARD, Verdict.SOFT, Verdict.UNREAD, Verdict.NOTHING)
        if verdict in found
    )


def _is_automatic_reply(message: Message) -> bool:
    """Return whether somebody is out of office. Source: RFC 3834."""
    submitted = str(message["Auto-Submitted"] or "no").strip().lower()
    marked = any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From"))
    precedence = str(message["Precedence"] or "").strip().lower()
    return submitted.startswith("auto-replied") or precedence == "auto_reply" or marked


def _odd_report(message: Message) -> Verdict:
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # it reads what anybody may have sent, by patterns of thirty mail systems
        return Verdict.UNREAD
    if permanent:
        return Verdict.HARD
    return Verdict.NOTHING if temporary else Verdict.UNREAD
