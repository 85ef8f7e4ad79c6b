"""Cells of a pool, fixed before launch."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class PoolCell(Identity):
    """What cell number `index` of a pool stands for: a group, or (0) everyone else."""

    __tablename__ = "pool_cell"

    pool_id: Mapped[bytes] = mapped_column(
        LargeBinary(16), ForeignKey("pool.pool_id"), primary_key=True
    )
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    group_id: Mapped[str | None] = mapped_column(ForeignKey("program_group.id"), index=True)
    invited: Mapped[int] = mapped_column()
