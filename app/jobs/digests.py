"""The weekly digest of alerts: on Monday morning where its admin is, only if there is something.

The Monday of the last digest stands at the account, so that a second look owes none again; the
mail itself is a notice like any other.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.directory import address_of, language_of
from app.alerts.digest import WEEK, digest_parts
from app.alerts.wishes import digest_token
from app.jobs.workplace import Workplace
from app.languages import speaking
from app.mail.alert_letters import digest_letter
from app.mail.mailer import Mail
from app.models.identity.account import Account
from app.models.identity.notice import Notice
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.people.calendars import calendar_of
from app.rounds.settling import owe_notices
from crypto.envelope import DataKey
from surveys.quiet_hours import is_allowed

_AHEAD = timedelta(days=1)  # by which some place's Monday may come before that of UTC
_DAY = "%y%m%d"  # two of them fit where a notice says what it is about
_LATEST = timedelta(days=3)  # a Monday off, or a worker that was down: Thursday is too late


def owe_digests(workplace: Workplace) -> None:
    """Note the digests that are due and have something to say."""
    now = workplace.now()
    with workplace.identity.read() as session:
        waiting = session.scalars(
            select(Account).where(
                Account.admin,
                Account.active,
                Account.digest,
                or_(Account.digest_of.is_(None), Account.digest_of <= (now + _AHEAD).date() - WEEK),
            )
        ).all()
        due = {account.id: _due(session, account, now) for account in waiting}
    for account_id, monday in due.items():
        if monday is not None:
            with workplace.identity.begin() as session:
                _owe(session, account_id, monday)


def digest_mail(
    workplace: Workplace, session: Session, notice: Notice, key: DataKey, message_id: str
) -> Mail | None:
    """Return the digest that is owed, or None if it is not wanted any more, or nothing is left."""
    account = session.get(Account, notice.recipient_id)
    if account is None or not (account.active and account.admin and account.digest):
        return None
    since, until = (datetime.strptime(day, _DAY).date() for day in notice.subject_id.split("-"))
    sender = workplace.sender
    stop = digest_token(workplace.settings.secret_key, account.id)
    with speaking(language_of(session, account)):
        parts = digest_parts(session, since, until)
        if not parts:
            return None
        return digest_letter(
            sender,
            address_of(key, account),
            [(part.heading, part.rows, part.more) for part in parts],
            f"{sender.base_url}/alerts",
            f"{sender.base_url}/alerts/digest/{stop}",
            message_id,
        )


def _due(session: Session, account: Account, now: datetime) -> date | None:
    """Return the Monday whose digest is due for an account now."""
    zone = _zone_of(session, account)
    local = now.astimezone(ZoneInfo(zone))
    monday = local.date() - timedelta(days=local.weekday())
    begins = datetime.combine(monday, time(), ZoneInfo(zone))
    if account.digest_of is not None and account.digest_of >= monday:
        return None
    due = now < begins + _LATEST and is_allowed(now, calendar_of(zone))
    return monday if due else None


def _zone_of(session: Session, account: Account) -> str:
    """Return the zone of an admin: their own on the roster, else that of most programs."""
    own = session.scalar(
        select(Person.time_zone).where(Person.address_lookup == account.address_lookup)
    )
    if own is not None:
        return own
    zones = Counter(session.scalars(select(Program.time_zone).order_by(Program.time_zone)))
    return zones.most_common(1)[0][0] if zones else "UTC"


def _owe(session: Session, account_id: str, monday: date) -> None:
    """Note the digest of the days since the last one, once."""
    account = session.get_one(Account, account_id, with_for_update=True)
    last = account.digest_of
    if last is not None and last >= monday:
        return  # another worker was first
    account.digest_of = monday
    since = last or monday - WEEK
    if digest_parts(session, since, monday):
        owe_notices(session, "digest", f"{since:{_DAY}}-{monday:{_DAY}}", {account_id})
