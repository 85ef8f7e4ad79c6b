"""Read the comments that a release shows; without their key they are gone."""

from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import Store
from app.models.ballots.comment import Comment
from app.vault import KeyGoneError, Vault
from crypto import envelope


@dataclass(frozen=True)
class CommentText:
    """A comment as its author wrote it, names masked; nothing here leads to its row."""

    cell: str
    item: str
    text: str


def comment_texts(ballots: Store, vault: Vault, pool_id: bytes) -> tuple[CommentText, ...]:
    """Return a pool's shown comments, in the order of their random keys; none after retention."""
    with ballots.begin() as session:
        rows = session.scalars(
            select(Comment).where(Comment.pool_id == pool_id).order_by(Comment.id)
        ).all()
    if not rows:
        return ()
    try:
        key = vault.kept_key(pool_id)
    except KeyGoneError:
        return ()
    return tuple(CommentText(row.cell, row.item, _text(key, row)) for row in rows)


def _text(key: envelope.DataKey, row: Comment) -> str:
    return envelope.decrypt(
        key, row.text, table="comment", column="text", row=row.pool_id + row.id
    ).decode()
