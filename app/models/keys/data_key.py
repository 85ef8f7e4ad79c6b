"""Data keys, wrapped by the master key."""

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.keys.base import Keys


class DataKey(Keys):
    """A wrapped data key: the roster's, or one of a pool's two; deleting it shreds its data.

    `former`: one of the roster or of comments in whose place another came; it is only read with
    until all is under the new one. `lookup`: what a former one made look-up values with.
    """

    __tablename__ = "data_key"
    __table_args__ = (
        CheckConstraint(
            "purpose in ('roster', 'sealed', 'kept', 'former', 'lookup')", name="purpose"
        ),
        {"sqlite_with_rowid": False},
    )

    purpose: Mapped[str] = mapped_column(String(8), primary_key=True)
    # Empty for the roster's key, so that the primary key also says there is only one; random for
    # a look-up's, of which there may be several.
    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(4))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
