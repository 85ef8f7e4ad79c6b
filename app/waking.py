"""Wake the workers that listen: something is due. It says nothing more, and may be lost.

A worker that hears nothing looks by itself (decision 110). Never called for what people who are
asked do: when somebody takes a paper or answers is told to nobody.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

CHANNEL = "chorus_due"


def wake_workers(session: Session) -> None:
    """Wake the workers once this transaction is committed; on SQLite nobody listens."""
    if session.get_bind().dialect.name == "postgresql":
        # Without a payload: equal notices of one transaction are one.
        session.execute(text(f"NOTIFY {CHANNEL}"))
