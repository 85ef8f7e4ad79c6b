"""Tokens that stop a person's survey mails and can do nothing else."""

import hashlib

from itsdangerous import BadSignature, Signer

_SALT = "chorus.unsubscribe"


class UnsubscribeTokenError(Exception):
    """This address is damaged; open it again from the mail."""


def unsubscribe_token(secret_key: str, person_id: str) -> str:
    """Return the token for `person_id`; it fits a path, and old mails' tokens stay good."""
    return _signer(secret_key).sign(person_id).decode()


def person_of_token(secret_key: str, token: str) -> str:
    """Return the id of the person whom `token` was made for.

    :raises UnsubscribeTokenError: if it was not made here.
    """
    try:
        return _signer(secret_key).unsign(token).decode()
    except BadSignature:
        raise UnsubscribeTokenError(UnsubscribeTokenError.__doc__) from None


def _signer(secret_key: str) -> Signer:
    # A serializer would compress what it can: tokens, and so mails, would differ in length.
    return Signer(secret_key, salt=_SALT, key_derivation="hmac", digest_method=hashlib.sha256)
