"""Passkeys of accounts, and the challenges that wait to be signed by one."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime, random_id
from app.models.identity.base import Identity


class Passkey(Identity):
    """A key pair of which a device keeps the private half.

    `name`: how its owner calls it, encrypted under the roster's key.
    `sign_count`: what the device counted last; 0 for those that don't count.
    """

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    added_on: Mapped[date]
    used_on: Mapped[date | None] = mapped_column(default=None)


class PasskeyChallenge(Identity):
    """A challenge that was given out, as a hash; deleted by the first answer to it."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (CheckConstraint("purpose in ('add', 'sign in')", name="purpose"),)

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
