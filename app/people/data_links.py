"""Links to a person's own data: mailed to the address on the roster, good for one hour."""

import hashlib
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, Signer

_SALT = "chorus.own-data"  # another one than that of the token in each mail
LIFETIME = timedelta(hours=1)


class DataLinkError(Exception):
    """This link is no longer good: it is older than an hour, or not whole."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


def make_data_token(secret_key: str, person_id: str, now: datetime) -> str:
    """Return the token that opens the data of `person_id` until an hour from `now`."""
    until = int((now + LIFETIME).timestamp())
    return _signer(secret_key).sign(f"{person_id}.{until}").decode()


def person_of_data_token(secret_key: str, token: str, now: datetime) -> str:
    """Return the id of the person whose data the token opens.

    :raises DataLinkError: if it was not made here, or its time is over.
    """
    signer = _signer(secret_key)
    try:
        content = signer.unsign(token)
        # base64 has spare bits in a last character; a link is one text and no other.
        if signer.sign(content).decode() != token:
            raise DataLinkError
        person_id, _, until = content.decode().partition(".")
        if now >= datetime.fromtimestamp(int(until), UTC):
            raise DataLinkError
    except (BadSignature, ValueError):
        raise DataLinkError from None
    return person_id


def _signer(secret_key: str) -> Signer:
    return Signer(secret_key, salt=_SALT, key_derivation="hmac", digest_method=hashlib.sha256)
