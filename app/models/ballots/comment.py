"""Comments that a release shows, with the mailboxes that let their authors be answered."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.ballots.base import Ballots


class Comment(Ballots):
    """A shown comment, encrypted under the pool's kept key; its key is random, its order none.

    `themes` is encrypted like the text and of one size; empty in rounds from before themes.
    """

    __tablename__ = "comment"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    cell: Mapped[str] = mapped_column(String(16))
    item: Mapped[str] = mapped_column(String(64))
    text: Mapped[bytes] = mapped_column(LargeBinary)
    themes: Mapped[bytes | None] = mapped_column(LargeBinary)
    mailbox_auth: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    mailbox_public_key: Mapped[bytes | None] = mapped_column(LargeBinary(65))
    mailbox_wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary(60))
