"""Accounts: those who sign in, admins and mentors; employees never have one."""

from datetime import date

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity


class Account(Identity):
    """Someone who signs in. What a mentor may see follows from memberships, never from here.

    `admin_since`: when it was made an admin's. Of rounds that had opened by then whoever is on the
    roster sees no group: they may have answered in it.
    `password_sealed`: the hash of an admin's password, encrypted (decision 120); `password_hash`: a
    bare one of before, until its admin next signs in.
    `digest`: an admin wants the weekly mail about alerts. `digest_of`: the Monday of the last one.
    """

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    address: Mapped[bytes] = mapped_column(LargeBinary)
    address_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    admin: Mapped[bool] = mapped_column(default=False)
    admin_since: Mapped[date | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None] = mapped_column(String(255), default=None)
    password_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    digest: Mapped[bool] = mapped_column(default=True)
    digest_of: Mapped[date | None] = mapped_column(default=None)

    @property
    def password(self) -> bytes | str | None:
        """Return what is kept of the password: an encrypted hash, a bare one, or None."""
        return self.password_sealed or self.password_hash

    def keep_password(self, sealed: bytes | None) -> None:
        """Keep an encrypted hash, or no password at all, in place of what was kept."""
        self.password_sealed, self.password_hash = sealed, None
