"""Sessions of accounts, revocable one by one."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime, random_id
from app.models.identity.base import Identity


class AccountSession(Identity):
    """A signed-in browser: the hash of what its cookie holds; deleting the row signs it out.

    `id`: what its owner's list of sessions calls it.
    `seen_at`: when it was last used, to some minutes. Nothing is kept of the browser and from
    where it came.
    `strong`: it was opened with a second factor or a passkey.
    """

    __tablename__ = "account_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(16), unique=True, default=random_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    strong: Mapped[bool] = mapped_column(default=False)
