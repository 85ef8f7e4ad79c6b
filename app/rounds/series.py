"""Which rounds of a program follow one another, whatever version of their form they ask."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from app.models.identity.form import Form
from app.models.identity.round import Round


def in_series(program_id: str, form_id: str) -> ColumnElement[bool]:
    """Return the condition for rounds of this program with a form of the same kind.

    Numbers, closing times, thresholds and who was asked before go on when questions change: a new
    version of a form must be no way around any of them. Source: PROTOCOL 3, Launch and Close.
    """
    own, other = aliased(Form), aliased(Form)
    kind = select(own.kind).where(own.id == form_id).scalar_subquery()
    return and_(
        Round.program_id == program_id,
        Round.form_id.in_(select(other.id).where(other.kind == kind)),
    )
