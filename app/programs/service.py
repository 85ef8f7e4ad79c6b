"""Programs: set up, found, renamed, scheduled."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.models.identity.program import Program
from app.models.identity.schedule import Schedule
from app.people.time_zones import resolve_time_zone
from app.programs.errors import (
    NameTakenError,
    OpenDaysError,
    ScheduleShapeError,
    UnknownProgramError,
)
from app.programs.names import close_names, same_name, tidy_name
from surveys.disclosure import K_DEFAULT, check_threshold
from surveys.lifecycle import next_launch, planned_day

_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def create_program(
    session: Session, name: str, time_zone: str, k: int = K_DEFAULT, open_days: int = 4
) -> Program:
    """Return a new program.

    :param time_zone: any spelling that a roster may have.
    :raises NameShapeError, NameTakenError, ThresholdError, OpenDaysError: each says why.
    :raises UnknownZoneError: with a suggestion.
    """
    check_open_days(open_days)
    program = Program(
        name=free_name(session, name, None),
        time_zone=resolve_time_zone(time_zone),
        k=check_threshold(k),
        open_days=open_days,
    )
    session.add(program)
    session.flush()
    return program


def list_programs(session: Session) -> Sequence[Program]:
    """Return all programs by name."""
    return session.scalars(select(Program).order_by(Program.name)).all()


def find_program(session: Session, name_or_id: str) -> Program:
    """Return the program with this id or name, in any case.

    :raises UnknownProgramError: naming programs that look like it.
    """
    wanted = " ".join(name_or_id.split())
    known = session.get(Program, wanted)
    if known is not None:
        return known
    programs = list_programs(session)
    for program in programs:
        if same_name(program.name, wanted):
            return program
    raise UnknownProgramError(close_names(wanted, (program.name for program in programs)))


def rename_program(session: Session, program: Program, name: str) -> None:
    """Give a program another name.

    :raises NameShapeError, NameTakenError: each says why.
    """
    program.name = free_name(session, name, program)


def set_threshold(session: Session, program: Program, k: int, now: datetime, actor: str) -> None:
    """Set k for rounds launched from now on, and log it; a round under way keeps its own.

    :raises ThresholdError: if it is under the floor.
    """
    if check_threshold(k) == program.k:
        return
    act = "raised k" if k > program.k else "lowered k"
    record(session, now, actor, f"{act} from {program.k} to {k}", f"program {program.id}")
    program.k = k


def set_time_zone(session: Session, program: Program, zone: str) -> None:
    """Let a program go by the clocks of another zone; the next planned round keeps its day."""
    schedule = session.get(Schedule, program.id)
    if schedule is not None:
        schedule.next_at = moved_launch(schedule, program, zone)
    program.time_zone = zone


def moved_launch(schedule: Schedule, program: Program, zone: str) -> datetime:
    """Return when the next planned round would open on the clocks of another zone."""
    day = planned_day(schedule.next_at, schedule.weekday, ZoneInfo(program.time_zone))
    return datetime.combine(day, time.fromisoformat(schedule.local_time), ZoneInfo(zone))


def set_open_days(session: Session, program: Program, open_days: int) -> None:
    """Set for how many days coming rounds are open.

    :raises OpenDaysError: if it is out of range, or longer than the schedule's rhythm.
    """
    check_open_days(open_days, session.get(Schedule, program.id))
    program.open_days = open_days


def set_schedule(
    session: Session,
    program: Program,
    *,
    every_weeks: int,
    weekday: int,
    local_time: str,
    now: datetime,
) -> Schedule:
    """Return the program's schedule, new or changed; its first launch lies after `now`.

    :param weekday: 0 is Monday.
    :param local_time: "09:00", in the program's zone.
    :raises ScheduleShapeError: if it is no schedule.
    :raises OpenDaysError: if a round would still be open when the next one is due.
    """
    if not (1 <= every_weeks <= 26 and 0 <= weekday <= 6 and _CLOCK_TIME.fullmatch(local_time)):
        raise ScheduleShapeError
    schedule = session.get(Schedule, program.id) or Schedule(program_id=program.id)
    schedule.every_weeks, schedule.weekday = every_weeks, weekday
    schedule.local_time = local_time
    check_open_days(program.open_days, schedule)
    zone = ZoneInfo(program.time_zone)
    today = now.astimezone(zone).date()
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    # Today's own time may have passed; the first launch is then a week later, not a period.
    schedule.next_at = next_launch(now, day, time.fromisoformat(local_time), zone, every_weeks=1)
    session.add(schedule)
    session.flush()
    return schedule


def advance_schedule(schedule: Schedule, program: Program, now: datetime) -> None:
    """Set the schedule's next launch: the first after `now` in its rhythm."""
    zone = ZoneInfo(program.time_zone)
    last_day = planned_day(schedule.next_at, schedule.weekday, zone)
    at = time.fromisoformat(schedule.local_time)
    schedule.next_at = next_launch(now, last_day, at, zone, schedule.every_weeks)


def set_schedule_right(schedule: Schedule, program: Program, now: datetime) -> None:
    """Set the schedule's next launch back to the first after `now` in its rhythm."""
    zone, period = ZoneInfo(program.time_zone), timedelta(weeks=schedule.every_weeks)
    day = planned_day(schedule.next_at, schedule.weekday, zone)
    day -= (1 + (day - now.astimezone(zone).date()) // period) * period  # today, or before it
    at = time.fromisoformat(schedule.local_time)
    schedule.next_at = next_launch(now, day, at, zone, schedule.every_weeks)


def remove_schedule(session: Session, program: Program) -> None:
    """Stop launching rounds by themselves; safe to repeat."""
    schedule = session.get(Schedule, program.id)
    if schedule is not None:
        session.delete(schedule)


def free_name(session: Session, text: str, own: Program | None) -> str:
    """Return the tidy name.

    :raises NameShapeError, NameTakenError: each says why.
    """
    name = tidy_name(text)
    if any(one is not own and same_name(one.name, name) for one in list_programs(session)):
        raise NameTakenError
    return name


def check_open_days(open_days: int, schedule: Schedule | None = None) -> None:
    """Judge for how many days rounds may be open.

    :raises OpenDaysError: if it is out of range, or longer than the schedule's rhythm.
    """
    if not 1 <= open_days <= 14 or (schedule and open_days >= 7 * schedule.every_weeks):
        raise OpenDaysError
