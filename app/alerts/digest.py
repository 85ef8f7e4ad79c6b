"""What the weekly digest of alerts says: words and days, no figure, nothing that admins wrote."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.languages import short_day
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.alert_event import AlertEvent
from app.models.identity.program import Program
from surveys.helping import ASKED_AFTER

WEEK = timedelta(weeks=1)
MOST_ROWS = 20  # of one part; the page has the others
_OVER = ("recovered", "settled", "ended")


@dataclass(frozen=True)
class DigestPart:
    """One part of a digest: a heading, and a program and what is to be said of it in each row."""

    heading: str
    rows: tuple[tuple[str, str], ...]
    more: int


def digest_parts(session: Session, since: date, until: date) -> tuple[DigestPart, ...]:
    """Return what there is to say of the days from `since` up to, not including, `until`."""
    parts = (
        (_("Overdue"), _overdue(session, until)),
        (_("New"), _happened(session, since, until, ("raised", "major"))),
        (_("Over"), _happened(session, since, until, _OVER)),
        (_("Did it help?"), _asked(session, since, until)),
    )
    return tuple(
        DigestPart(heading, tuple(found[:MOST_ROWS]), max(0, len(found) - MOST_ROWS))
        for heading, rows in parts
        if (found := list(rows))
    )


def _overdue(session: Session, until: date) -> Iterator[tuple[str, str]]:
    """Yield what is not done of open alerts, as long as it is not: every week."""
    rows = session.execute(
        select(Program.name, AlertAction.due_on)
        .select_from(AlertAction)
        .join(Alert, Alert.id == AlertAction.alert_id)
        .join(Program, Program.id == Alert.program_id)
        .where(AlertAction.done_on.is_(None), AlertAction.due_on < until, Alert.closed_on.is_(None))
        .order_by(AlertAction.due_on, Program.name)
    )
    for program, due_on in rows:
        yield program, _("an action was due on %(day)s", day=short_day(due_on))


def _happened(
    session: Session, since: date, until: date, kinds: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    rows = session.execute(
        select(Program.name, AlertEvent.kind, Alert)
        .select_from(AlertEvent)
        .join(Alert, Alert.id == AlertEvent.alert_id)
        .join(Program, Program.id == Alert.program_id)
        .where(AlertEvent.kind.in_(kinds), AlertEvent.day >= since, AlertEvent.day < until)
        .order_by(AlertEvent.day, Program.name, AlertEvent.number)
    )
    for program, kind, alert in rows:
        yield program, _over(kind) if kind in _OVER else _fallen(alert, kind)


def _over(kind: str) -> str:
    if kind == "recovered":
        return _("wellbeing has come back to where it was; the alert is over")
    if kind == "settled":
        return _("wellbeing has settled at a lower level; the alert is over")
    return _("other questions are asked since, so nothing can be compared; the alert is over")


def _fallen(alert: Alert, kind: str) -> str:
    began = alert.evidence.get("since")
    day = short_day(date.fromisoformat(began)) if began else ""
    if kind == "major" and began:
        return _(
            "has become a major decline: wellbeing has probably fallen since the round of %(day)s",
            day=day,
        )
    if kind == "major":
        return _("has become a major decline: wellbeing has probably fallen")
    if began:
        return _("wellbeing has probably fallen since the round of %(day)s", day=day)
    return _("wellbeing has probably fallen")


def _asked(session: Session, since: date, until: date) -> Iterator[tuple[str, str]]:
    """Yield the actions of which it can be asked for the first time whether they helped."""
    rows = session.execute(
        select(Program.name, AlertAction.done_on)
        .select_from(AlertAction)
        .join(Alert, Alert.id == AlertAction.alert_id)
        .join(Program, Program.id == Alert.program_id)
        .where(
            AlertAction.verdict.is_(None),
            AlertAction.done_on >= since - ASKED_AFTER,
            AlertAction.done_on < until - ASKED_AFTER,
        )
        .order_by(AlertAction.done_on, Program.name)
    )
    for program, done_on in rows:
        day = short_day(done_on)
        yield program, _("an action was done on %(day)s; see what has changed since", day=day)
