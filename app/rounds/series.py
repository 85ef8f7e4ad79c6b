"""Which rounds follow one another, and which say how a whole program is."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from app.models.identity.form import Form
from app.models.identity.round import Round


def of_whole_program() -> ColumnElement[bool]:
    """Return the condition for check-ins of whole programs.

    What a single group was asked, or raters about somebody, says nothing of how a program is: it is
    part of no trend, standing, goal or alert.
    """
    return and_(Round.group_id.is_(None), is_check_in())


def is_check_in() -> ColumnElement[bool]:
    """Return the condition for rounds of check-ins, of a whole program or of one group."""
    return and_(of_no_cycle(), Round.form_id.in_(select(Form.id).where(Form.kind == "check-in")))


def is_session() -> ColumnElement[bool]:
    """Return the condition for rounds that ask a group how its last session was."""
    return Round.form_id.in_(select(Form.id).where(Form.kind == "session"))


def of_no_cycle() -> ColumnElement[bool]:
    """Return the condition for rounds that are no part of a feedback cycle."""
    return Round.cycle_id.is_(None)


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
