"""Invitations: a person in a pool."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class Invitation(Identity):
    """A person in a pool. No time stands here, and rows are kept by a random key (Protocol 4)."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("pool_id", "person_id"),
        CheckConstraint("state in ('open', 'taken', 'revoked', 'ended')", name="state"),
        CheckConstraint("(state = 'taken') = (blinded_hash is not null)", name="taken"),
        {"sqlite_with_rowid": False},
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("pool.pool_id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    cell: Mapped[int] = mapped_column()
    share_commit: Mapped[bytes] = mapped_column(LargeBinary(32))
    state: Mapped[str] = mapped_column(String(8), default="open")
    mailed: Mapped[bool] = mapped_column(default=False)
    nudged: Mapped[bool] = mapped_column(default=False)
    blinded_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
