"""Sessions of accounts, revocable one by one."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime
from app.models.identity.base import Identity


class AccountSession(Identity):
    """A signed-in browser: the hash of what its cookie holds; deleting the row signs it out."""

    __tablename__ = "account_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
