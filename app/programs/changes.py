"""What a change of a program's settings means, said before it is saved, and the saving of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.languages import moment
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.time_zones import resolve_time_zone
from app.programs.acts import Actor
from app.programs.desk import ProgramDesk
from app.programs.names import tidy_name
from app.programs.schemas import NewProgram
from app.programs.service import (
    check_open_days,
    free_name,
    moved_launch,
    rename_program,
    set_open_days,
    set_threshold,
    set_time_zone,
)
from surveys.disclosure import check_threshold


@dataclass(frozen=True)
class Change:
    """One change: what, what it means in some sentences, from when, and who is told."""

    what: str
    means: tuple[str, ...]
    since: str
    told: str


def changes_of(
    session: Session, desk: ProgramDesk, typed: NewProgram, now: datetime
) -> tuple[Change, ...]:
    """Return what would change, after judging whether it may; nothing is stored.

    :raises ProgramError, SurveyError: each says what is wrong.
    """
    program = desk.program
    free_name(session, typed.name, program)
    zone = resolve_time_zone(typed.time_zone)
    check_threshold(typed.k)
    check_open_days(typed.open_days, desk.schedule)
    return tuple(_changes(session, desk, typed, zone, now))


def _changes(
    session: Session, desk: ProgramDesk, typed: NewProgram, zone: str, now: datetime
) -> Iterator[Change]:
    program = desk.program
    name = tidy_name(typed.name)
    if name != program.name:
        yield Change(
            _("The name: %(old)s becomes %(new)s", old=program.name, new=name),
            (_("Mails, pages and files call it so. Mails that have gone out keep the old name."),),
            _("at once"),
            _("nobody by a mail of its own; the next mail has the new name"),
        )
    if zone != program.time_zone:
        yield _zone_change(desk, zone)
    if typed.k != program.k:
        yield _threshold_change(session, desk, typed.k)
    if typed.open_days != program.open_days:
        yield Change(
            _("Days open: %(old)s become %(new)s", old=program.open_days, new=typed.open_days),
            (_("A round closes that many days after it was sent, at the same time of day."),),
            _when(session, program),
            _("whoever is asked next: the closing time stands in the mail"),
        )


def _zone_change(desk: ProgramDesk, zone: str) -> Change:
    means = [_("Coming rounds open and close by the clocks of %(zone)s.", zone=zone)]
    if desk.schedule is not None:
        moved = moved_launch(desk.schedule, desk.program, zone)
        means.append(_("The next planned round opens on %(moment)s.", moment=moment(moved, zone)))
    return Change(
        _("The time zone: %(old)s becomes %(new)s", old=desk.program.time_zone, new=zone),
        tuple(means),
        _("at once; a round that is open keeps its closing time"),
        _("nobody; mails name times by these clocks from the next round on"),
    )


def _threshold_change(session: Session, desk: ProgramDesk, k: int) -> Change:
    program = desk.program
    small = [group.name for group in desk.groups if group.id and group.people < k]
    if k > program.k:
        means = [_("It takes more answers before anything is opened, so less is shown.")]
        if small:
            names = ", ".join(small)
            means.append(_("Too small ever to be shown by themselves: %(circles)s.", circles=names))
        told = _("whoever is asked next: the threshold stands in the mail and on their page")
    else:
        means = [
            _("Fewer answers are enough, so each answer is less hidden among the others."),
            _("Past results stay as they are: nothing that was withheld is shown by this."),
        ]
        told = _(
            "whoever is asked next: the mail and their page say that it was lowered, and "
            "the audit log keeps it"
        )
    return Change(
        _("The threshold: %(old)s becomes %(new)s", old=program.k, new=k),
        tuple(means),
        _when(session, program),
        told,
    )


def _when(session: Session, program: Program) -> str:
    """Return from when terms of rounds hold."""
    under_way = session.scalar(
        select(Round.id)
        .where(Round.program_id == program.id, Round.state.in_(("due", "launching", "open")))
        .limit(1)
    )
    if under_way is not None:
        return _("from the next round on; the one that is under way keeps what its mail said")
    return _("from the next round on")


def save_changes(session: Session, actor: Actor, program: Program, typed: NewProgram) -> None:
    """Save what was looked over, each change with its line in the audit log.

    :raises ProgramError, SurveyError: each says what is wrong.
    """
    subject = f"program {program.id}"
    if tidy_name(typed.name) != program.name:
        rename_program(session, program, typed.name)
        record(session, actor.now, actor.account_id, "renamed a program", subject)
    zone = resolve_time_zone(typed.time_zone)
    if zone != program.time_zone:
        set_time_zone(session, program, zone)
        record(session, actor.now, actor.account_id, f"set the time zone to {zone}", subject)
    set_threshold(session, program, typed.k, actor.now, actor.account_id)
    if typed.open_days != program.open_days:
        set_open_days(session, program, typed.open_days)
        act = f"set rounds to be open for {typed.open_days} days"
        record(session, actor.now, actor.account_id, act, subject)


def stored_values(program: Program) -> Mapping[str, str]:
    """Return the settings as the form has them."""
    return {
        "name": program.name,
        "time_zone": program.time_zone,
        "k": str(program.k),
        "open_days": str(program.open_days),
    }
