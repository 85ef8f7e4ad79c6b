"""Messages in the mailbox of a shown comment, to its author and from them."""

from datetime import date

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.ballots.base import Ballots

# A mailbox holds so many messages and no more, so that an answer can have a place for each.
PLACES = 16
PLACES_OF_A_SIDE = PLACES // 2


class MailboxMessage(Ballots):
    """One message, dated by the day; `number` counts those of its mailbox.

    `for_author` is sealed to the mailbox's key. `for_staff` is encrypted under the pool's kept
    key; until it is `masked`, what an author wrote is sealed to the pool's reply key instead. It is
    empty where an author's client sealed something that is no message.
    """

    __tablename__ = "mailbox_message"
    __table_args__ = (
        CheckConstraint("writer in ('author', 'mentor', 'admin')", name="writer"),
        CheckConstraint(f"number between 1 and {PLACES}", name="number"),
        {"sqlite_with_rowid": False},
    )

    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    mailbox_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    writer: Mapped[str] = mapped_column(String(8))
    day: Mapped[date] = mapped_column()
    for_author: Mapped[bytes] = mapped_column(LargeBinary)
    for_staff: Mapped[bytes] = mapped_column(LargeBinary)
    masked: Mapped[bool] = mapped_column(default=False)
