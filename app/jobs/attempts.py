"""Attempts: what fails is logged by kind and place, and what comes after it still happens."""

from collections.abc import Callable

import structlog

from app.outages import reason_of


def attempt(name: str, work: Callable[[], object]) -> bool:
    """Do `work`; log its failure instead of raising it, and return whether there was none."""
    try:
        work()
    except Exception as fault:
        structlog.get_logger().error("job failed", job=name, error=_where(fault))
        return False
    return True


def _where(fault: BaseException) -> str:
    """Return the fault's kind and place; its text may quote what must not be logged."""
    place = fault.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return reason_of(fault)
    return f"{reason_of(fault)} in {place.tb_frame.f_code.co_qualname}:{place.tb_lineno}"
