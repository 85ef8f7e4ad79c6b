"""What admins do about an alert: each act changes it, its history and the audit log at once.

The audit log says that something was written, never what (decision 060).
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.alerts.errors import (
    AlertOverError,
    AlreadyDoneError,
    DoneDayError,
    NoSuchAlertError,
    NoSuchOwnerError,
    PastDueError,
    TooEarlyError,
)
from app.alerts.history import add_event, add_note, seal_action
from app.alerts.schemas import Plan
from app.models.columns import random_id
from app.models.identity.account import Account
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.program import Program
from app.programs.acts import Actor
from crypto.envelope import DataKey
from surveys.helping import asked_from

# An alert goes on in this order; an act never puts it back.
_STAGES = ("raised", "seen", "owned", "acted on")


@dataclass(frozen=True)
class Taken:
    """An alert in the hands of an admin: locked, with the day where its program is."""

    session: Session
    alert: Alert
    actor: Actor
    today: date

    def note(self, act: str, kind: str, about: str | None = None, subject: str = "") -> None:
        """Write an act into history and audit log."""
        actor = self.actor.account_id
        add_event(self.session, self.alert, kind, self.today, actor=actor, about=about)
        self.log(act, subject)

    def log(self, act: str, subject: str = "") -> None:
        """Write an act into the audit log alone."""
        told = f"program {self.alert.program_id}{subject}"
        record(self.session, self.actor.now, self.actor.account_id, act, told)

    def reach(self, stage: str) -> None:
        """Put the alert on to this stage, if it is not there or over."""
        state = self.alert.state
        if state in _STAGES and _STAGES.index(state) < _STAGES.index(stage):
            self.alert.state = stage

    def must_be_open(self) -> None:
        """Refuse what an alert that is over doesn't take.

        :raises AlertOverError: if it is over.
        """
        if self.alert.closed_on is not None:
            raise AlertOverError


def take(session: Session, alert_id: str, actor: Actor) -> Taken:
    """Return an alert, locked until the transaction ends.

    :raises NoSuchAlertError: if there is none.
    """
    alert = session.get(Alert, alert_id, with_for_update=True)
    if alert is None:
        raise NoSuchAlertError
    return Taken(session, alert, actor, local_day(session, alert, actor.now))


def local_day(session: Session, alert: Alert, now: datetime) -> date:
    """Return today where the alert's program is."""
    zone = session.get_one(Program, alert.program_id).time_zone
    return now.astimezone(ZoneInfo(zone)).date()


def see_alert(taken: Taken) -> None:
    """Note that an admin has seen an alert; safe to repeat."""
    if taken.alert.state == "raised":
        taken.reach("seen")
        taken.note("saw an alert", "seen")


def give_alert(taken: Taken, owner_id: str) -> None:
    """Make an active admin the owner of an open alert; safe to repeat.

    :raises AlertOverError: if it is over.
    :raises NoSuchOwnerError: if this is no admin who can sign in.
    """
    taken.must_be_open()
    owner = taken.session.get(Account, owner_id)
    if owner is None or not owner.admin or not owner.active:
        raise NoSuchOwnerError
    if taken.alert.owner_id == owner.id:
        return
    taken.alert.owner_id = owner.id
    taken.reach("owned")
    mine = owner.id == taken.actor.account_id
    act = "took an alert" if mine else "gave an alert to an admin"
    taken.note(act, "owner", owner.id, "" if mine else f", account {owner.id}")


def write_note(taken: Taken, key: DataKey, text: str) -> None:
    """Add a note to an alert, over or not."""
    add_note(taken.session, key, taken.alert, taken.today, taken.actor.account_id, text)
    taken.reach("seen")
    taken.log("wrote a note about an alert")


def plan_action(taken: Taken, key: DataKey, plan: Plan) -> None:
    """Add an action to an open alert.

    :raises AlertOverError: if it is over.
    :raises PastDueError: if the due date has passed.
    """
    taken.must_be_open()
    if plan.due_on < taken.today:
        raise PastDueError
    action_id = random_id()
    taken.session.add(
        AlertAction(
            id=action_id,
            alert_id=taken.alert.id,
            words=seal_action(key, action_id, plan.text),
            due_on=plan.due_on,
        )
    )
    taken.reach("acted on")
    taken.note("planned an action about an alert", "planned", action_id)


def move_action(taken: Taken, action_id: str, due_on: date) -> None:
    """Give an action that is not done another due date.

    :raises NoSuchAlertError: if the alert has no such action.
    :raises AlreadyDoneError: if it is done.
    :raises PastDueError: if the day has passed.
    """
    action = _action(taken, action_id)
    if action.done_on is not None:
        raise AlreadyDoneError
    if due_on < taken.today:
        raise PastDueError
    if due_on != action.due_on:
        action.due_on = due_on
        taken.note("moved an action about an alert", "moved", action.id)


def finish_action(taken: Taken, action_id: str, done_on: date) -> None:
    """Note on which day an action was done.

    :raises NoSuchAlertError: if the alert has no such action.
    :raises AlreadyDoneError: if it is done already.
    :raises DoneDayError: if the day is ahead, or before the alert was raised.
    """
    action = _action(taken, action_id)
    if action.done_on is not None:
        raise AlreadyDoneError
    if not taken.alert.raised_on <= done_on <= taken.today:
        raise DoneDayError
    action.done_on = done_on
    taken.note("finished an action about an alert", "done", action.id)


def judge_action(taken: Taken, action_id: str, verdict: str) -> None:
    """Keep whether an action helped; a later word replaces it, and history keeps both.

    :raises NoSuchAlertError: if the alert has no such action.
    :raises TooEarlyError: before two weeks have passed since it was done.
    """
    action = _action(taken, action_id)
    day = None if action.done_on is None else asked_from(action.done_on)
    if day is None or taken.today < day:
        raise TooEarlyError(day)
    if action.verdict != verdict:
        action.verdict = verdict
        taken.note("judged an action about an alert", verdict, action.id)


def _action(taken: Taken, action_id: str) -> AlertAction:
    action = taken.session.scalar(
        select(AlertAction).where(
            AlertAction.id == action_id, AlertAction.alert_id == taken.alert.id
        )
    )
    if action is None:
        raise NoSuchAlertError
    return action
