"""Shown comments on their way: inside the release, then as rows beside their mailboxes."""

import secrets
from collections.abc import Sequence

import msgspec

from app.vault import Vault
from crypto import envelope, sealing
from crypto.errors import InvalidKeyError
from surveys.answers import Mailbox
from surveys.tabulation import ShownComment

_ID_BYTES = 16
_THEMES_BYTES = 256  # room for all names together, so that no length tells of one


def lock_comments(vault: Vault, pool_id: bytes, comments: Sequence[ShownComment]) -> bytes | None:
    """Return the comments encrypted under the pool's kept key; None if there are none."""
    if not comments:
        return None
    return envelope.encrypt(
        vault.kept_key(pool_id),
        msgspec.json.encode(comments),
        table="release",
        column="comments",
        row=pool_id,
    )


def unlock_comments(vault: Vault, pool_id: bytes, blob: bytes) -> list[ShownComment]:
    """Return what lock_comments encrypted."""
    content = envelope.decrypt(
        vault.kept_key(pool_id), blob, table="release", column="comments", row=pool_id
    )
    return msgspec.json.decode(content, type=list[ShownComment])


def comment_rows(
    vault: Vault, pool_id: bytes, comments: Sequence[ShownComment]
) -> list[dict[str, object]]:
    """Return rows for the comment table; each has a random key, so that no order is kept.

    A mailbox brings its own key, derived from its author's receipt and the question. Where two
    authors claim one key, only the first is a mailbox: nobody can stop a close by repeating one.
    """
    key = vault.kept_key(pool_id)
    rows: dict[bytes, dict[str, object]] = {}
    for comment in comments:
        mailbox = comment.mailbox
        if mailbox is not None and (mailbox.id in rows or not _can_be_sealed_to(mailbox)):
            mailbox = None
        row_id = mailbox.id if mailbox else secrets.token_bytes(_ID_BYTES)
        rows[row_id] = {
            "pool_id": pool_id,
            "id": row_id,
            "cell": comment.cell,
            "item": comment.item,
            "text": envelope.encrypt(
                key, comment.text.encode(), table="comment", column="text", row=pool_id + row_id
            ),
            "themes": envelope.encrypt(
                key,
                _padded(comment.themes),
                table="comment",
                column="themes",
                row=pool_id + row_id,
            ),
            "mailbox_auth": mailbox.auth if mailbox else None,
            "mailbox_public_key": mailbox.pub if mailbox else None,
            "mailbox_wrapped_key": mailbox.key if mailbox else None,
        }
    return list(rows.values())


def _padded(themes: Sequence[str]) -> bytes:
    """Return the names, each on a line, all at one length."""
    return "\n".join(themes).encode().ljust(_THEMES_BYTES, b"\n")


def _can_be_sealed_to(mailbox: Mailbox) -> bool:
    """Return whether the mailbox's point is one: a browser of one's own can send any 65 bytes."""
    try:
        sealing.public_key_from_point(mailbox.pub)
    except InvalidKeyError:
        return False
    return True
