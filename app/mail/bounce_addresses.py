"""Envelope senders, one for each person, so that what comes back says by itself who it is about."""

import hashlib
import hmac
import re
from dataclasses import dataclass

from app.mail.sender import Sender

_LABEL = b"chorus/bounce\x00"
_MARK = "+b."
# Of mails that go only to those who have not answered; what comes back of these says so, too.
_TELLING_MARK = "+r."
# Twenty letters and digits: mail systems may change their case, and a local part ends at 64.
_MAC_CHARACTERS = 20
_TOKEN = re.compile(rf"(\+[br]\.)([2-9a-z]{{16}})([0-9a-f]{{{_MAC_CHARACTERS}}})@", re.IGNORECASE)
LONGEST_LOCAL_PART = 64 - len(_MARK) - 16 - _MAC_CHARACTERS


@dataclass(frozen=True)
class CameBack:
    """Whose mail came back, and whether it was one that only those get who have not answered."""

    person_id: str
    telling: bool


class BounceAddressError(Exception):
    """No address made here stands in this text."""


def bounce_address(
    sender: Sender, secret_key: str, person_id: str, *, telling: bool = False
) -> str:
    """Return the envelope sender of a person's mails.

    :param telling: of a mail that goes only to those who have not answered.
    """
    local, _, domain = sender.bare_address.rpartition("@")
    mark = _TELLING_MARK if telling else _MARK
    return f"{local}{mark}{person_id}{_mac(secret_key, mark, person_id)}@{domain}"


def is_bounce_address(address: str) -> bool:
    """Return whether an address looks like one of these; whose it is isn't checked."""
    return _TOKEN.search(address) is not None


def came_back_to(secret_key: str, text: str) -> CameBack:
    """Return what the first of our envelope senders in `text` says.

    :raises BounceAddressError: if none that was made here stands there.
    """
    for found in _TOKEN.findall(text):
        mark, person_id, mac = (part.lower() for part in found)
        if hmac.compare_digest(mac, _mac(secret_key, mark, person_id)):
            return CameBack(person_id, telling=mark == _TELLING_MARK)
    raise BounceAddressError(BounceAddressError.__doc__)


def _mac(secret_key: str, mark: str, person_id: str) -> str:
    digest = hmac.new(secret_key.encode(), _LABEL + (mark + person_id).encode(), hashlib.sha256)
    return digest.hexdigest()[:_MAC_CHARACTERS]
