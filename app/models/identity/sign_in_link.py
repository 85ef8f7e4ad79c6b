"""One-time links for signing in and for setting a password, and halves of a sign-in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime
from app.models.identity.base import Identity


class SignInLink(Identity):
    """A one-time token, kept as a hash and deleted when it is used: of a mailed link, of one that
    the operator hands over, or of a browser that has given its password and owes a second factor.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (
        CheckConstraint("purpose in ('sign in', 'set password', 'second factor')", name="purpose"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
