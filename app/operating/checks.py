"""How the installation is doing, as far as this process can know; nothing about taking part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.databases import Standing, standing_of
from app.extensions import Store, db
from app.health import answers
from app.jobs.leaps import Sight, last_sight
from app.models.identity.notice import Notice
from app.models.identity.program_standing import OrganisationStanding
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.operating.facts import BACKUP_LATE, count_unreached, last_backup, last_round_mailed
from app.room import has_room
from config import Settings

# The worker looks every few seconds; what waits longer than this waits for somebody.
LATE = timedelta(minutes=15)
Verdict = Literal["good", "look", "bad", "unknown"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: how it is, in a word and a sentence, and what to do."""

    name: str
    verdict: Verdict
    said: str
    todo: str = ""


def check_all(store: Store, settings: Settings, now: datetime) -> tuple[Check, ...]:
    """Return everything that was looked at; what can't be asked says so."""
    found = [*_databases()]
    try:
        found += check_contents(store, settings, now)
    except DBAPIError:
        return tuple(found)
    return (*found, _mode(settings))


def check_contents(store: Store, settings: Settings, now: datetime) -> list[Check]:
    """Return what the database knows of work, mail and backups.

    :raises sqlalchemy.exc.DBAPIError: if it can't be asked.
    """
    with store.read() as session:
        return [
            *_work(session, now),
            _unreached(count_unreached(session), settings),
            _backups(last_backup(session), now),
            _clock(last_sight(session), now),
        ]


def _databases() -> Iterator[Check]:
    full = [str(name or "identity") for name, one in db.engines.items() if not has_room(one)]
    if full:
        yield Check(
            _("Room on the disk"),
            "bad",
            _("Full: %(names)s.", names=", ".join(sorted(full))),
            _(
                "Tell the operator to make room. Until then nothing is stored and nobody can "
                "answer; what was acknowledged stays."
            ),
        )
    unreachable = [str(name or "identity") for name, one in db.engines.items() if not answers(one)]
    if unreachable:
        yield Check(
            _("Databases"),
            "bad",
            _("Not reachable: %(names)s.", names=", ".join(unreachable)),
            _("Tell the operator: nothing works without them."),
        )
        return
    yield Check(_("Databases"), "good", _("All of them answer."))
    standings = {str(name or "identity"): standing_of(one) for name, one in db.engines.items()}
    yield _structure(standings)


def _structure(standings: Mapping[str, Standing]) -> Check:
    def names(standing: Standing) -> str:
        return ", ".join(name for name, found in standings.items() if found is standing)

    if behind := names(Standing.BEHIND):
        said = _("Older than the program: %(names)s.", names=behind)
        todo = _("Tell the operator to bring them up to date: flask chorus databases upgrade.")
        return Check(_("Their structure"), "bad", said, todo)
    if foreign := names(Standing.FOREIGN):
        said = _("Too new for the program: %(names)s.", names=foreign)
        todo = _("Tell the operator to start the newer version of the program.")
        return Check(_("Their structure"), "bad", said, todo)
    if ahead := names(Standing.AHEAD):
        said = _("Newer than the program, which can work with it: %(names)s.", names=ahead)
        todo = _("An upgrade is under way. If this stays for a day, ask the operator about it.")
        return Check(_("Their structure"), "look", said, todo)
    return Check(_("Their structure"), "good", _("As this version of the program needs it."))


def _work(session: Session, now: datetime) -> Iterator[Check]:
    oldest = min(due_since(session, now - LATE), default=None)
    if oldest is None:
        yield Check(_("Due work"), "good", _("Nothing waits that should be done."))
    else:
        yield Check(
            _("Due work"),
            "bad",
            _("Something has been due since %(moment)s (UTC).", moment=_utc(oldest)),
            _("Tell the operator that the worker may not be running. Waiting loses no answer."),
        )
    whole = session.get(OrganisationStanding, 1)
    today = now.date()
    if whole is not None and whole.made_on >= today - timedelta(days=1):
        yield Check(_("The worker"), "good", _("It has done its daily work."))
    else:
        yield Check(
            _("The worker"),
            "look",
            _("It has not done its daily work yet."),
            _("If this stays for an hour, tell the operator that the worker may not be running."),
        )
    yield _mail(session)


def due_since(session: Session, since: datetime) -> Iterator[datetime]:
    """Yield when what is late was due: launches, closings, planned rounds."""
    conditions: tuple[tuple[object, ColumnElement[bool]], ...] = (
        (Round.opens_at, Round.state == "due"),
        (Round.closes_at, Round.state == "open"),
    )
    for column, condition in conditions:
        due = session.scalar(select(func.min(column)).where(condition))  # type: ignore[call-overload]
        if due is not None and due < since:
            yield due
    planned = session.scalar(select(func.min(Schedule.next_at)))
    if planned is not None and planned < since:
        yield planned


def _mail(session: Session) -> Check:
    # Mails that say who may have answered (reminders, lost mail) are no part of this.
    waiting = select(Notice.kind).where(Notice.kind.in_(HARMLESS_NOTICES)).limit(1)
    if session.execute(waiting).first() is not None:
        return Check(
            _("Mails"),
            "look",
            _("Some mails about results or alerts are waiting to be sent."),
            _("They go out in working hours. If they wait for days, the relay may refuse them."),
        )
    opened = last_round_mailed(session)
    if opened is None:
        return Check(_("Mails"), "unknown", _("No mail of a round has been sent yet."))
    return Check(
        _("Mails"),
        "good",
        _(
            "None is waiting. The relay has accepted those of the round that opened on "
            "%(moment)s (UTC).",
            moment=_utc(opened),
        ),
    )


HARMLESS_NOTICES = ("results", "cancelled", "alert", "digest")


def _clock(sight: Sight | None, now: datetime) -> Check:
    if sight is not None and sight.doubted_from is not None:
        return Check(
            _("The clock"),
            "bad",
            _(
                "It has leapt from %(before)s to %(after)s (UTC), so the worker does nothing.",
                before=_utc(sight.trusted_at),
                after=_utc(sight.looked_at),
            ),
            _(
                "Tell the operator to set it right. If it is right: flask chorus clock --trust. "
                "After a leap of less than a month the worker goes on by itself, after 15 minutes."
            ),
        )
    return Check(
        _("The clock"),
        "unknown",
        _("This machine says that it is %(moment)s (UTC).", moment=_utc(now)),
        _("Rounds open and close by it. If it is wrong, tell the operator."),
    )


def _unreached(people: int, settings: Settings) -> Check:
    if people:
        said = ngettext(
            "Mail to %(num)d person has come back. No more is sent there.",
            "Mail to %(num)d people has come back. No more is sent there.",
            people,
        )
        return Check(
            _("Addresses"), "look", said, _('The roster lists them under "Mail comes back".')
        )
    if settings.bounces is None:
        return Check(
            _("Addresses"),
            "unknown",
            _("No mail is known to have come back."),
            _("The relay's reports are not read from a folder: see CHORUS_BOUNCES."),
        )
    return Check(_("Addresses"), "good", _("No mail has come back."))


def _backups(made: datetime | None, now: datetime) -> Check:
    if made is None:
        return Check(
            _("Backups"),
            "look",
            _("There is none yet."),
            _("Ask the operator for one every night: a lost disk would take everything."),
        )
    said = _("The last one was made on %(moment)s (UTC).", moment=_utc(made))
    if now - made > BACKUP_LATE:
        return Check(
            _("Backups"),
            "look",
            said,
            _("That is more than two days ago. Ask the operator why there is no newer one."),
        )
    return Check(_("Backups"), "good", said, _("The operator knows where they lie."))


def _mode(settings: Settings) -> Check:
    if settings.development:
        said = _(
            "Development: the clock can be moved, and mails are kept. Promise nobody anything."
        )
        return Check(_("How it runs"), "look", said, _("Real rounds need a production setup."))
    return Check(_("How it runs"), "good", _("Production: no round can be closed early."))


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
