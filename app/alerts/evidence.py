"""One alert as its page shows it: the evidence, who owns it, what is done about it, its history."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.admins import list_admins
from app.alerts.acts import local_day
from app.alerts.desk import AlertRow, owner_of
from app.alerts.errors import NoSuchAlertError
from app.alerts.history import HistoryLine, history_of, open_action
from app.languages import speak
from app.models.identity.account import Account
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.program import Program
from app.results.cells import Score, read_cell
from app.results.charts import MOST_ROUNDS, TrendChart, trend_chart
from app.results.report import TrendRow, program_trend
from app.results.service import ReleasedRound, released_rounds
from app.results.signs import signs_of
from crypto.envelope import DataKey
from surveys.baselines import stretches
from surveys.helping import ShownRound, asked_from, change_since, help_sentence
from surveys.wording import grid_points, points_words, signs_sentence, told_decline

_FALLEN = re.compile(r"fallen by about (\d+) points? out of 100")


@dataclass(frozen=True)
class ActionRow:
    """One action; `change` answers whether it helped, once it is done.

    :ivar asked: whether an admin may say now whether it helped.
    """

    id: str
    words: str = field(repr=False)
    due_on: date
    done_on: date | None
    overdue: bool
    change: str | None
    asked: bool
    verdict: str | None


@dataclass(frozen=True)
class AlertPage:
    """An alert with its evidence: the program's trend with the level before the fall.

    :ivar seen: what was seen, as the alert keeps it.
    :ivar signs: further signs beside an open alert, in a sentence; empty without any.
    :ivar level: the level and what chance makes of it, in words; None where it isn't known.
    :ivar admins: id and address of everybody whom it can be given to.
    """

    row: AlertRow
    seen: str
    chart: TrendChart
    trend: tuple[TrendRow, ...]
    since: date | None
    signs: str
    level: str | None
    admins: tuple[tuple[str, str], ...] = field(repr=False)
    actions: tuple[ActionRow, ...]
    history: tuple[HistoryLine, ...]
    today: date


@dataclass(frozen=True)
class _Level:
    """The score before the fall and what chance makes of it, in points no finer than the step."""

    before: int
    chance: int


def alert_page(session: Session, key: DataKey, alert_id: str, now: datetime) -> AlertPage:
    """Return an alert as its page shows it.

    :raises NoSuchAlertError: if there is none.
    """
    alert = session.get(Alert, alert_id)
    if alert is None:
        raise NoSuchAlertError
    since = alert.evidence.get("since")
    began = date.fromisoformat(since) if since else None
    everything = _same_questions(released_rounds(session, alert.program_id), began)
    # What was closed later is no evidence of this alert.
    rounds = [
        entry
        for entry in everything
        if alert.closed_on is None or entry.closed_on <= alert.closed_on
    ]
    scores = [read_cell(entry.cell()).score for entry in rounds]
    level = _level(alert, rounds, scores, began)
    today = local_day(session, alert, now)
    actions = _actions(session, key, alert, everything, today)
    return AlertPage(
        row=_row(session, key, alert, actions),
        seen=seen_words(session, alert),
        chart=_chart(rounds, scores, level, began),
        trend=program_trend(rounds)[1],
        since=began,
        signs=signs_sentence(signs_of(rounds)) if alert.closed_on is None else "",
        level=None if level is None else _level_sentence(level),
        admins=tuple(
            (admin.account_id, admin.address)
            for admin in list_admins(session, key)
            if admin.state != "deactivated"
        ),
        actions=actions,
        history=history_of(session, key, alert.id, {row.id: row.words for row in actions}),
        today=today,
    )


def seen_words(session: Session, alert: Alert) -> str:
    """Return what an alert says was seen; its sentence as it stands if nothing else is known."""
    kept = alert.evidence
    fallen = _fallen(kept)
    if fallen is None or kept["since"] is None:
        return str(kept["sentence"])
    return told_decline(
        session.get_one(Program, alert.program_id).name,
        fallen,
        date.fromisoformat(kept["since"]),
        kept["certainty"],
        kept["rounds"],
        kept["chance"],
    )


def _fallen(kept: Mapping[str, Any]) -> int | None:
    """Return by how many points; before that was kept by itself it stood in the sentence alone."""
    if "fallen" in kept:
        return int(kept["fallen"])
    found = _FALLEN.search(kept["sentence"])
    return int(found[1]) if found and {"certainty", "rounds", "chance"} <= kept.keys() else None


def _same_questions(rounds: Sequence[ReleasedRound], began: date | None) -> Sequence[ReleasedRound]:
    """Return the rounds that asked what was asked when a fall began."""
    runs = stretches(rounds, lambda entry: entry.basis)
    about = (run for run in runs if any(entry.closed_on == began for entry in run))
    return next(about, rounds)


def _row(session: Session, key: DataKey, alert: Alert, actions: Sequence[ActionRow]) -> AlertRow:
    owner = None if alert.owner_id is None else session.get(Account, alert.owner_id)
    return AlertRow(
        alert,
        session.get_one(Program, alert.program_id).name,
        owner_of(key, owner),
        min((row.due_on for row in actions if row.overdue), default=None),
    )


def _level(
    alert: Alert,
    rounds: Sequence[ReleasedRound],
    scores: Sequence[Score | None],
    began: date | None,
) -> _Level | None:
    before = [
        score.mean
        for entry, score in zip(rounds, scores, strict=True)
        if score is not None and began is not None and entry.closed_on < began
    ]
    chance = alert.evidence.get("chance")
    if not before or chance is None:
        return None
    mean = sum(entry.mean for entry in before) / len(before)
    return _Level(grid_points(mean, max(entry.step for entry in before)), chance)


def _level_sentence(level: _Level) -> str:
    return _(
        "Before, the score stood at about %(before)s out of 100. Chance alone moves a group "
        "of this size by about %(points)s: that is the band in the drawing.",
        before=level.before,
        points=speak(points_words(level.chance)),
    )


def _chart(
    rounds: Sequence[ReleasedRound],
    scores: Sequence[Score | None],
    level: _Level | None,
    began: date | None,
) -> TrendChart:
    """Return the trend with the level of the rounds before the fall and a line where it began."""
    days = [entry.closed_on for entry in rounds][-MOST_ROUNDS:]
    return trend_chart(
        days,
        [None if score is None else score.mean for score in scores[-MOST_ROUNDS:]],
        baseline=None if level is None else (float(level.before), float(level.chance)),
        event=days.index(began) if began in days else None,
    )


def _actions(
    session: Session,
    key: DataKey,
    alert: Alert,
    rounds: Sequence[ReleasedRound],
    today: date,
) -> tuple[ActionRow, ...]:
    """Return the actions, what is due first, then what is done."""
    shown = _shown_rounds(rounds)
    found = session.scalars(select(AlertAction).where(AlertAction.alert_id == alert.id)).all()
    rows = (
        ActionRow(
            id=action.id,
            words=open_action(key, action),
            due_on=action.due_on,
            done_on=action.done_on,
            overdue=alert.closed_on is None and action.done_on is None and action.due_on < today,
            change=None
            if action.done_on is None
            else help_sentence(change_since(shown, action.done_on), action.done_on, today),
            asked=action.done_on is not None and today >= asked_from(action.done_on),
            verdict=action.verdict,
        )
        for action in found
    )
    return tuple(
        sorted(rows, key=lambda row: (row.done_on is not None, row.done_on or row.due_on, row.id))
    )


def _shown_rounds(rounds: Sequence[ReleasedRound]) -> list[ShownRound]:
    scores = ((entry, read_cell(entry.cell()).score) for entry in rounds)
    return [
        ShownRound(entry.opened_on, entry.closed_on, score.level)
        for entry, score in scores
        if score is not None
    ]
