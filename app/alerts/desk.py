"""The list of alerts: open ones first, by need; filtered, and a page at a time."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.directory import address_of
from app.alerts.schemas import Filter
from app.languages import day
from app.models.identity.account import Account
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.program import Program
from app.results.overview import by_name
from crypto.envelope import DataKey
from surveys.sentences import said
from surveys.wording import OUTCOME_WORDS

ON_A_PAGE = 30
_STYLES = {"recovered": "recovering", "settled": "steady", "ended": "learning"}
_OVER_WORDS = {**OUTCOME_WORDS, "ended": said("ended with its questions")}
_NEEDS = (said("major decline"), said("declining"), said("recovering"))
_MAJOR, _DECLINING, _RECOVERING = _NEEDS
_NONE = {
    "open": _l("No alert is open here."),
    "unowned": _l("No open alert is without an owner here."),
    "mine": _l("No open alert is yours here."),
    "overdue": _l("No action is overdue here."),
    "over": _l("No alert is over here yet."),
    "": _l("There has been no alert about a program with this in its name."),
}


@dataclass(frozen=True)
class AlertRow:
    """An alert in the list, with its program's name.

    :ivar owner: the owner's address; None while it is nobody's.
    :ivar overdue: the earliest due date that has passed, of what is not done; only while open.
    """

    alert: Alert
    program: str
    owner: str | None = field(repr=False)
    overdue: date | None

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
            return _OVER_WORDS[self.alert.state]
        if self.alert.evidence["standing"] == "recovering":
            return _RECOVERING
        return _MAJOR if self.alert.level == "major" else _DECLINING

    @property
    def stage(self) -> str:
        """Return when it was raised and how far it has come, with whom."""
        raised, state = day(self.alert.raised_on), self.alert.state
        if self.alert.closed_on is not None:
            end = day(self.alert.closed_on)
            return _("Raised on %(day)s, over since %(end)s", day=raised, end=end)
        if state == "raised":
            return _("Raised on %(day)s, not seen yet", day=raised)
        if self.owner is None:
            return {
                "seen": _("Raised on %(day)s, seen, nobody's yet", day=raised),
                "acted on": _("Raised on %(day)s, acted on, nobody's yet", day=raised),
            }.get(state, _("Raised on %(day)s, nobody's yet", day=raised))
        who = {"day": raised, "owner": self.owner}
        return {
            "seen": _("Raised on %(day)s, seen, with %(owner)s", **who),
            "acted on": _("Raised on %(day)s, acted on, with %(owner)s", **who),
        }.get(state, _("Raised on %(day)s, with %(owner)s", **who))

    @property
    def need(self) -> tuple[object, ...]:
        """Return what sorts it: the neediest first, then what is new; what is over comes last."""
        if not self.open:
            return 1, -(self.alert.closed_on or self.alert.raised_on).toordinal(), self.program
        new = -self.alert.raised_on.toordinal()
        waits = self.overdue is None, self.alert.state != "raised"
        return 0, _NEEDS.index(self.word), *waits, new, self.program


@dataclass(frozen=True)
class AlertList:
    """A page of alerts.

    :ivar programs: the names of all programs that have had one.
    :ivar count: how many the filter leaves, on all pages.
    :ivar none: the sentence that stands where the filter leaves none.
    :ivar any: whether there has been any alert at all.
    """

    rows: tuple[AlertRow, ...]
    programs: tuple[str, ...]
    any: bool
    count: int
    more: bool
    open: int
    none: str


def list_alerts(
    session: Session, key: DataKey, wanted: Filter, now: datetime, reader: str
) -> AlertList:
    """Return the alerts that a filter leaves.

    :param reader: the account whose "mine" is meant.
    """
    rows = sorted(_rows(session, key, now), key=lambda row: row.need)
    named = _named(wanted.name, {row.program for row in rows})
    kept = [row for row in rows if row.program in named and _wanted(row, wanted.state, reader)]
    begin = (wanted.page - 1) * ON_A_PAGE
    return AlertList(
        rows=tuple(kept[begin : begin + ON_A_PAGE]),
        programs=tuple(sorted({row.program for row in rows}, key=by_name)),
        any=bool(rows),
        count=len(kept),
        more=len(kept) > begin + ON_A_PAGE,
        open=sum(row.open for row in rows),
        none=str(_NONE[wanted.state]),
    )


def open_alert_of(session: Session, program_id: str) -> Alert | None:
    """Return a program's open alert."""
    return session.scalar(
        select(Alert).where(Alert.program_id == program_id, Alert.closed_on.is_(None))
    )


def owner_of(key: DataKey, account: Account | None) -> str | None:
    """Return an owner's address; who can't sign in any more owns nothing."""
    return address_of(key, account) if account is not None and account.active else None


def _named(name: str, programs: Set[str]) -> Set[str]:
    """Return the program of this name; where there is none, those with it in theirs."""
    wanted = name.casefold()
    exact = {program for program in programs if program.casefold() == wanted}
    return exact or {program for program in programs if wanted in program.casefold()}


def _wanted(row: AlertRow, state: str, reader: str) -> bool:
    return {
        "": True,
        "open": row.open,
        "unowned": row.open and row.owner is None,
        "mine": row.open and row.alert.owner_id == reader,
        "overdue": row.overdue is not None,
        "over": not row.open,
    }[state]


def _rows(session: Session, key: DataKey, now: datetime) -> list[AlertRow]:
    """Return all alerts, each with what it waits for, in three queries."""
    found = session.execute(
        select(Alert, Program.name, Program.time_zone).join(Program, Program.id == Alert.program_id)
    ).all()
    owners, due = _owners(session, key), _earliest_due(session)
    return [
        AlertRow(
            alert,
            name,
            owners.get(alert.owner_id or ""),
            _passed(due.get(alert.id), now.astimezone(ZoneInfo(zone)).date()),
        )
        for alert, name, zone in found
    ]


def _owners(session: Session, key: DataKey) -> dict[str, str | None]:
    """Return whose address stands beside an alert, by account; each is opened once."""
    owning = select(Account).where(Account.id.in_(select(Alert.owner_id)))
    return {account.id: owner_of(key, account) for account in session.scalars(owning)}


def _earliest_due(session: Session) -> dict[str, date]:
    """Return the earliest due date of what is not done, by open alert."""
    waiting: Sequence[tuple[str, date]] = session.execute(
        select(AlertAction.alert_id, AlertAction.due_on)
        .join(Alert, Alert.id == AlertAction.alert_id)
        .where(AlertAction.done_on.is_(None), Alert.closed_on.is_(None))
        .order_by(AlertAction.due_on.desc())
    ).all()  # type: ignore[assignment]
    return dict(waiting)


def _passed(due: date | None, today: date) -> date | None:
    return due if due is not None and due < today else None
