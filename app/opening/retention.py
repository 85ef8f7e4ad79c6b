"""The end of comments: their key first, then what it locked. Decision 028."""

from sqlalchemy import delete, select

from app.extensions import Store
from app.models.ballots.comment import Comment
from app.models.ballots.mailbox_message import MailboxMessage
from app.models.ballots.reply_key import ReplyKey
from app.shuffling import shuffle_tables
from app.vault import Vault
from crypto import envelope

_LOCKED = (Comment, MailboxMessage, ReplyKey)


def pools_with_comments(ballots: Store, vault: Vault) -> set[bytes]:
    """Return the pools of which the key of comments or anything that belongs to them is left."""
    pools = set(vault.kept_key_ids())
    with ballots.read() as session:
        for table in _LOCKED:
            pools |= set(session.scalars(select(table.pool_id).distinct()))
    return pools


def destroy_comments_key(ballots: Store, vault: Vault, pool_id: bytes) -> bytes | None:
    """Destroy the key of a pool's comments and return its id, 4 bytes; safe to repeat.

    Once it is gone the id is read off what it locked, as long as there is any; then it is None.
    """
    key_id = vault.kept_key_ids().get(pool_id)
    if key_id is None:
        return _id_on_what_is_left(ballots, pool_id)
    vault.destroy_kept(pool_id)
    vault.sweep()
    return key_id


def delete_comments(ballots: Store, pool_id: bytes) -> None:
    """Delete a pool's comments, the messages in their mailboxes and its reply key."""
    with ballots.begin() as session:
        for table in _LOCKED:
            session.execute(delete(table).where(table.pool_id == pool_id))


def lay_comments_anew(ballots: Store) -> None:
    """Lay the comments' tables anew: a deleted row's bytes must not wait on a disk."""
    tables = [table.metadata.tables[table.__tablename__] for table in _LOCKED]
    shuffle_tables(ballots.engine, *tables)


def _id_on_what_is_left(ballots: Store, pool_id: bytes) -> bytes | None:
    with ballots.read() as session:
        for column in (Comment.text, ReplyKey.private_key):
            blob = session.scalar(select(column).where(column.class_.pool_id == pool_id).limit(1))
            if blob is not None:
                return envelope.key_id_of(blob)
    return None
