"""The history of an alert: what happened, on which day, by whom; notes are encrypted in place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.directory import address_of
from app.models.identity.account import Account
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.alert_event import AlertEvent
from crypto import envelope

_WORDS = {
    "raised": _l("The alert was raised."),
    "major": _l("The decline became a major one."),
    "recovered": _l("Wellbeing has come back to where it was. The alert is over."),
    "settled": _l("Wellbeing has settled at a lower level. The alert is over."),
    "ended": _l("Other questions are asked since, so nothing can be compared. The alert is over."),
    "seen": _l("%(actor)s saw it."),
    "note": _l("%(actor)s wrote a note."),
    "planned": _l("%(actor)s planned an action."),
    "moved": _l("%(actor)s set another due date."),
    "done": _l("%(actor)s noted that an action was done."),
    "helped": _l("%(actor)s: the action helped."),
    "not helped": _l("%(actor)s: the action did not help."),
    "unsure": _l("%(actor)s can't say whether the action helped."),
}
_FORMER = _l("A former admin")


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened; `quote` is what an admin wrote about it."""

    day: date
    sentence: str = field(repr=False)
    quote: str | None = field(repr=False)


def add_event(
    session: Session,
    alert: Alert,
    kind: str,
    day: date,
    *,
    actor: str | None = None,
    about: str | None = None,
) -> AlertEvent:
    """Return the next entry of an alert's history.

    :param alert: locked by the caller, so that two entries never get one number.
    """
    last = session.scalar(
        select(func.max(AlertEvent.number)).where(AlertEvent.alert_id == alert.id)
    )
    event = AlertEvent(
        alert_id=alert.id,
        number=(last or 0) + 1,
        day=day,
        kind=kind,
        actor_id=actor,
        about_id=about,
    )
    session.add(event)
    return event


def add_note(
    session: Session, key: envelope.DataKey, alert: Alert, day: date, actor: str, text: str
) -> None:
    """Add a note to an alert's history, encrypted; `alert` is locked by the caller."""
    event = add_event(session, alert, "note", day, actor=actor)
    event.words = envelope.encrypt(
        key, text.encode(), table="alert_event", column="words", row=_row(event)
    )
    session.flush()


def seal_action(key: envelope.DataKey, action_id: str, text: str) -> bytes:
    """Return the words of an action as they are stored."""
    row = action_id.encode()
    return envelope.encrypt(key, text.encode(), table="alert_action", column="words", row=row)


def open_action(key: envelope.DataKey, action: AlertAction) -> str:
    """Return the words of an action."""
    row = action.id.encode()
    return envelope.decrypt(
        key, action.words, table="alert_action", column="words", row=row
    ).decode()


def history_of(
    session: Session, key: envelope.DataKey, alert_id: str, actions: Mapping[str, str]
) -> tuple[HistoryLine, ...]:
    """Return everything that happened, oldest first.

    :param actions: the words of the alert's actions by id.
    """
    events = session.scalars(
        select(AlertEvent).where(AlertEvent.alert_id == alert_id).order_by(AlertEvent.number)
    ).all()
    names = _names(session, key, events)
    return tuple(
        HistoryLine(event.day, _sentence(event, names), _quote(key, event, actions))
        for event in events
    )


def _names(session: Session, key: envelope.DataKey, events: Sequence[AlertEvent]) -> dict[str, str]:
    ids = {event.actor_id for event in events} | {event.about_id for event in events}
    accounts = session.scalars(select(Account).where(Account.id.in_(ids - {None})))
    return {account.id: address_of(key, account) for account in accounts}


def _sentence(event: AlertEvent, names: Mapping[str, str]) -> str:
    actor = names.get(event.actor_id or "", str(_FORMER))
    if event.kind != "owner":
        return str(_WORDS[event.kind]) % {"actor": actor}
    if event.about_id == event.actor_id:
        return _("%(actor)s took it.", actor=actor)
    owner = names.get(event.about_id or "", str(_FORMER))
    return _("%(actor)s gave it to %(owner)s.", actor=actor, owner=owner)


def _quote(key: envelope.DataKey, event: AlertEvent, actions: Mapping[str, str]) -> str | None:
    if event.words is not None:
        return envelope.decrypt(
            key, event.words, table="alert_event", column="words", row=_row(event)
        ).decode()
    return actions.get(event.about_id or "")


def _row(event: AlertEvent) -> bytes:
    return f"{event.alert_id} {event.number}".encode()
