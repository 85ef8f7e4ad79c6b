"""Message ids that can be derived again, so that a reminder threads on a mail nobody kept."""

import hashlib
import hmac
import secrets

_CHARACTERS = 40
_LABEL = b"chorus/message-id\x00"


def message_id(key: bytes, kind: str, round_id: str, person_id: str, domain: str) -> str:
    """Return the id of a person's mail of one kind in a round: always the same, in brackets.

    :param key: a secret of the installation; without it an id says nothing about its person.
    :param kind: "invitation", "nudge", "results" or another word for what the mail is.
    """
    # Each part is preceded by its length, so that no two lists of parts look alike.
    parts = [part.encode() for part in (kind, round_id, person_id)]
    message = _LABEL + b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    digest = hmac.new(key, message, hashlib.sha256).hexdigest()[:_CHARACTERS]
    return f"<{digest}@{domain}>"


def fresh_message_id(domain: str) -> str:
    """Return the id of a mail that is written once and that nothing answers."""
    return f"<{secrets.token_hex(_CHARACTERS // 2)}@{domain}>"
