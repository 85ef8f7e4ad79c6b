"""Signing keys of pools."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.keys.base import Keys


class SigningKey(Keys):
    """A pool's RSA private key, encrypted under its sealed data key; deleted at close."""

    __tablename__ = "signing_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    private_key: Mapped[bytes] = mapped_column(LargeBinary)
