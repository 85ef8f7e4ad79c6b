"""What an admin sees of alerts: the list, one with its evidence, and that it was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.alerts.service import trend_points
from app.models.identity.alert import Alert
from app.models.identity.program import Program
from app.results.cells import read_cell
from app.results.charts import MOST_ROUNDS, TrendChart, trend_chart
from app.results.report import TrendRow, program_trend
from app.results.service import ReleasedRound, released_rounds
from surveys.disclosure import ShownMean
from surveys.trends import assess
from surveys.wording import OUTCOME_WORDS

_STYLES = {"recovered": "recovering", "settled": "steady"}


class NoSuchAlertError(LookupError):
    """There is no such alert."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True)
class AlertRow:
    """An alert in the list, with its program's name."""

    alert: Alert
    program: str

    @property
    def open(self) -> bool:
        """Return whether it still needs somebody."""
        return self.alert.closed_on is None

    @property
    def style(self) -> str:
        """Return the class that draws its shape."""
        return _STYLES.get(self.alert.state, str(self.alert.evidence["standing"]))

    @property
    def word(self) -> str:
        """Return how it stands in a word or two."""
        if not self.open:
            return OUTCOME_WORDS["recovered" if self.alert.state == "recovered" else "settled"]
        if self.alert.evidence["standing"] == "recovering":
            return "recovering"
        return "major decline" if self.alert.level == "major" else "declining"


@dataclass(frozen=True)
class AlertPage:
    """An alert with its evidence: the program's trend with the level before the fall."""

    row: AlertRow
    chart: TrendChart
    trend: tuple[TrendRow, ...]
    since: date | None


def list_alerts(session: Session) -> list[AlertRow]:
    """Return all alerts: open ones first, then the newest."""
    rows = session.execute(
        select(Alert, Program.name)
        .join(Program, Program.id == Alert.program_id)
        .order_by(Alert.closed_on.is_not(None), Alert.raised_on.desc(), Program.name)
    )
    return [AlertRow(alert, name) for alert, name in rows]


def open_alert_of(session: Session, program_id: str) -> Alert | None:
    """Return a program's open alert."""
    return session.scalar(
        select(Alert).where(Alert.program_id == program_id, Alert.closed_on.is_(None))
    )


def alert_page(session: Session, alert_id: str) -> AlertPage:
    """Return an alert with its evidence.

    :raises NoSuchAlertError: if there is none.
    """
    alert = _find(session, alert_id)
    name = session.get_one(Program, alert.program_id).name
    rounds = released_rounds(session, alert.program_id)
    if alert.closed_on is not None:
        rounds = [entry for entry in rounds if entry.closed_on <= alert.closed_on]
    since = alert.evidence.get("since")
    began = date.fromisoformat(since) if since else None
    chart = _evidence_chart(rounds, began)
    return AlertPage(AlertRow(alert, name), chart, program_trend(rounds)[1], began)


def see_alert(session: Session, alert_id: str, now: datetime, actor: str) -> None:
    """Note that an admin has seen an alert; safe to repeat.

    :raises NoSuchAlertError: if there is none.
    """
    alert = _find(session, alert_id)
    seen = session.execute(
        update(Alert).where(Alert.id == alert_id, Alert.state == "raised").values(state="seen")
    )
    if seen.rowcount == 1:
        record(session, now, actor, "saw an alert", f"program {alert.program_id}")


def _find(session: Session, alert_id: str) -> Alert:
    alert = session.get(Alert, alert_id)
    if alert is None:
        raise NoSuchAlertError
    return alert


def _evidence_chart(rounds: Sequence[ReleasedRound], began: date | None) -> TrendChart:
    """Return the trend with the level of the rounds before the fall and a line where it began."""
    scores = [read_cell(entry.cell()).score for entry in rounds]
    before = [
        score.mean.mean
        for entry, score in zip(rounds, scores, strict=True)
        if score is not None and began is not None and entry.closed_on < began
    ]
    chance = assess(trend_points(rounds)).chance
    shown: list[ShownMean | None] = [None if score is None else score.mean for score in scores]
    days = [entry.closed_on for entry in rounds][-MOST_ROUNDS:]
    return trend_chart(
        days,
        shown[-MOST_ROUNDS:],
        baseline=(sum(before) / len(before), chance) if before and chance else None,
        event=days.index(began) if began in days else None,
    )
