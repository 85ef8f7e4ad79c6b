"""Envelope senders, one for each person, so that what comes back says by itself who it is about."""

import hashlib
import hmac
import re

from app.mail.sender import Sender

_LABEL = b"chorus/bounce\x00"
_MARK = "+b."
# Twenty letters and digits: mail systems may change their case, and a local part ends at 64.
_MAC_CHARACTERS = 20
_TOKEN = re.compile(rf"\+b\.([2-9a-z]{{16}})([0-9a-f]{{{_MAC_CHARACTERS}}})@", re.IGNORECASE)
LONGEST_LOCAL_PART = 64 - len(_MARK) - 16 - _MAC_CHARACTERS


class BounceAddressError(Exception):
    """No address made here stands in this text."""


def bounce_address(sender: Sender, secret_key: str, person_id: str) -> str:
    """Return the envelope sender of a person's mails."""
    local, _, domain = sender.bare_address.rpartition("@")
    return f"{local}{_MARK}{person_id}{_mac(secret_key, person_id)}@{domain}"


def is_bounce_address(address: str) -> bool:
    """Return whether an address looks like one of these; whose it is isn't checked."""
    return _TOKEN.search(address) is not None


def person_of_bounce_address(secret_key: str, text: str) -> str:
    """Return the id of the person whose envelope sender stands in `text`.

    :raises BounceAddressError: if none that was made here does.
    """
    for person_id, mac in _TOKEN.findall(text):
        if hmac.compare_digest(mac.lower(), _mac(secret_key, person_id.lower())):
            return str(person_id.lower())
    raise BounceAddressError(BounceAddressError.__doc__)


def _mac(secret_key: str, person_id: str) -> str:
    digest = hmac.new(secret_key.encode(), _LABEL + person_id.encode(), hashlib.sha256)
    return digest.hexdigest()[:_MAC_CHARACTERS]
