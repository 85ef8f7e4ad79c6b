"""How the demo's wellbeing lead looks after alerts while the rounds of its past go by."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.accounts.directory import find_account
from app.alerts.acts import (
    Taken,
    finish_action,
    give_alert,
    judge_action,
    plan_action,
    see_alert,
    take,
    write_note,
)
from app.alerts.schemas import Plan
from app.demo.organisation import DOMAIN
from app.jobs.workplace import Workplace
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.programs.acts import Actor
from crypto.envelope import DataKey
from surveys.helping import asked_from

LEAD = f"wellbeing.lead@{DOMAIN}"
_NOTE = "Asked two of the mentors what they hear. It is the load, they say, and plans that change."
_ACTIONS = (
    "No new projects for the program for two weeks; its lead has agreed.",
    "Let each circle say what it would drop first, and drop one thing.",
    "Ask in the next sessions whether that was the right thing to drop.",
)
_DUE_IN = timedelta(days=10)


def add_lead(workplace: Workplace) -> str:
    """Return the account of a second admin, who looks after alerts in the demo's past."""
    key = workplace.vault.roster_key()
    with workplace.identity.begin() as session:
        add_admin(session, key, workplace.now(), OPERATOR, LEAD)
        account = find_account(session, key, LEAD)
        if account is None:
            raise LookupError("The lead was added just now.")
        return account.id


def look_after_alerts(workplace: Workplace, lead: str) -> None:
    """Do what the lead would do today about each alert."""
    key = workplace.vault.roster_key()
    with workplace.identity.begin() as session:
        for alert_id in session.scalars(select(Alert.id).order_by(Alert.raised_on)).all():
            taken = take(session, alert_id, Actor(lead, workplace.now()))
            if taken.alert.state == "raised":
                _begin(taken, key, lead)
            else:
                _go_on(session, taken, key)


def _begin(taken: Taken, key: DataKey, lead: str) -> None:
    see_alert(taken)
    give_alert(taken, lead)
    write_note(taken, key, _NOTE)
    plan_action(taken, key, Plan(_ACTIONS[0], taken.today + _DUE_IN))


def _go_on(session: Session, taken: Taken, key: DataKey) -> None:
    """Finish what is due, say of what is done whether it helped, and plan the next thing."""
    actions = session.scalars(
        select(AlertAction)
        .where(AlertAction.alert_id == taken.alert.id)
        .order_by(AlertAction.due_on)
    ).all()
    falls = not taken.alert.closed_on and taken.alert.evidence["standing"] == "declining"
    for action in actions:
        if action.done_on is None and action.due_on <= taken.today:
            finish_action(taken, action.id, action.due_on)
        elif not falls and not action.verdict and _is_asked(taken, action):
            judge_action(taken, action.id, "helped")
    if falls and len(actions) < len(_ACTIONS):
        plan_action(taken, key, Plan(_ACTIONS[len(actions)], taken.today + _DUE_IN))


def _is_asked(taken: Taken, action: AlertAction) -> bool:
    return action.done_on is not None and asked_from(action.done_on) <= taken.today
