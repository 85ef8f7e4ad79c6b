"""Invitations: a person in a pool."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class Invitation(Identity):
    """A person in a pool. No time stands here, and rows are kept by a random key (Protocol 4).

    `person_id` is null for a printed code, which is nobody's, and for a person who was forgotten.
    `share_commit` is null for a printed code: it carries no share. `reminders` says
    up to which of the round's reminders the person has been written to, `lost_mails` how often
    their mail was said to be lost; both go with the round's end.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("pool_id", "person_id"),
        CheckConstraint("state in ('open', 'taken', 'revoked', 'ended')", name="state"),
        CheckConstraint("(state = 'taken') = (blinded_hash is not null)", name="taken"),
        CheckConstraint("reminders between 0 and 2", name="reminders"),
        CheckConstraint("lost_mails between 0 and 3", name="lost_mails"),
        {"sqlite_with_rowid": False},
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("pool.pool_id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    cell: Mapped[int] = mapped_column()
    share_commit: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    state: Mapped[str] = mapped_column(String(8), default="open")
    mailed: Mapped[bool] = mapped_column(default=False)
    reminders: Mapped[int] = mapped_column(default=0)
    lost_mails: Mapped[int] = mapped_column(default=0)
    blinded_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
