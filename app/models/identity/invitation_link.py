"""Further links of an invitation: token-only, mailed when k papers have been taken."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class InvitationLink(Identity):
    """A later link: its token's hash leads to the invitation of the first (Protocol: Reminders).

    Rows go with the round's end: who was sent one had perhaps not answered by then. There is no
    foreign key, since both tables are laid anew by themselves against the order of arrival.
    """

    __tablename__ = "invitation_link"
    __table_args__ = ({"sqlite_with_rowid": False},)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    invitation_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
