"""Read the comments that a release shows; without their key they are gone."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from app.extensions import Store
from app.models.ballots.comment import Comment
from app.opening.replies import Conversation, read_conversations
from app.vault import KeyGoneError, Vault
from crypto import envelope


@dataclass(frozen=True)
class CommentText:
    """A comment as its author wrote it, names masked.

    :ivar id: its random key, which no page prints (D8: see Handles); empty in an example.
    :ivar themes: what it was found to be about when its round closed.
    :ivar conversation: what stands in its mailbox; None where it has none.
    """

    cell: str
    item: str
    text: str
    id: bytes = field(default=b"", repr=False)
    themes: tuple[str, ...] = ()
    conversation: Conversation | None = None

    @property
    def can_be_answered(self) -> bool:
        """Return whether it has a mailbox with a place for one more answer."""
        return self.conversation is not None and self.conversation.has_room


def comment_texts(
    ballots: Store, vault: Vault, pool_id: bytes, mask: Callable[[str], str]
) -> tuple[CommentText, ...]:
    """Return a pool's shown comments, in the order of their random keys; none after retention.

    :param mask: hides the roster's names in what their authors wrote later.
    """
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
    boxes = read_conversations(ballots, key, pool_id, mask)
    return tuple(
        CommentText(
            cell=row.cell,
            item=row.item,
            text=_text(key, row),
            id=row.id,
            themes=_themes(key, row),
            conversation=boxes.get(row.id, Conversation()) if row.mailbox_public_key else None,
        )
        for row in rows
    )


def _text(key: envelope.DataKey, row: Comment) -> str:
    return envelope.decrypt(
        key, row.text, table="comment", column="text", row=row.pool_id + row.id
    ).decode()


def _themes(key: envelope.DataKey, row: Comment) -> tuple[str, ...]:
    if row.themes is None:
        return ()
    names = envelope.decrypt(
        key, row.themes, table="comment", column="themes", row=row.pool_id + row.id
    )
    return tuple(names.decode().rstrip().splitlines())
