"""An admin's second factor: an app that shows codes, and codes for when it is lost."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class SecondFactor(Identity):
    """An authenticator app. `secret` is encrypted under the roster's key.

    `confirmed`: a code of it was typed once; until then nobody is asked for one.
    `last_step`: the newest time step of which a code was accepted; none is accepted twice.
    """

    __tablename__ = "second_factor"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed: Mapped[bool] = mapped_column(default=False)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Identity):
    """A code that stands in for the app once: a keyed hash of it, deleted when it is used."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
