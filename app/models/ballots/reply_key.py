"""Reply keys: what authors of shown comments seal their messages to."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.ballots.base import Ballots


class ReplyKey(Ballots):
    """A pool's P-256 key for messages from authors, made at the close.

    `point` is public (65 bytes); `private_key` is encrypted under the pool's kept key, so that it
    ends with the comments.
    """

    __tablename__ = "reply_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    point: Mapped[bytes] = mapped_column(LargeBinary(65))
    private_key: Mapped[bytes] = mapped_column(LargeBinary)
