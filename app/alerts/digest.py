"""What the weekly digest of alerts says: words and days, no figure, nothing that admins wrote."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.alert_event import AlertEvent
from app.models.identity.program import Program
from surveys.helping import ASKED_AFTER
from surveys.wording import day_words

WEEK = timedelta(weeks=1)
MOST_ROWS = 20  # of one part; the page has the others
_OVER = {
    "recovered": "wellbeing has come back to where it was; the alert is over",
    "settled": "wellbeing has settled at a lower level; the alert is over",
    "ended": "other questions are asked since, so nothing can be compared; the alert is over",
}


@dataclass(frozen=True)
class DigestPart:
    """One part of a digest: a heading, and a program and what is to be said of it in each row."""

    heading: str
    rows: tuple[tuple[str, str], ...]
    more: int


def digest_parts(session: Session, since: date, until: date) -> tuple[DigestPart, ...]:
    """Return what there is to say of the days from `since` up to, not including, `until`."""
    parts = (
        ("Overdue", _overdue(session, until)),
        ("New", _happened(session, since, until, ("raised", "major"))),
        ("Over", _happened(session, since, until, tuple(_OVER))),
        ("Did it help?", _asked(session, since, until)),
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
        yield program, f"an action was due on {day_words(due_on)}"


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
        yield program, _OVER.get(kind) or _fallen(alert, kind)


def _fallen(alert: Alert, kind: str) -> str:
    began = alert.evidence.get("since")
    since = f" since the round of {day_words(date.fromisoformat(began))}" if began else ""
    much = "has become a major decline: " if kind == "major" else ""
    return f"{much}wellbeing has probably fallen{since}"


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
        yield program, f"an action was done on {day_words(done_on)}; see what has changed since"
