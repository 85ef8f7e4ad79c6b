"""`flask chorus programs ...`: list, add, rename, schedule, and the threshold."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.accounts.audit import OPERATOR, record
from app.clock import current_clock
from app.extensions import identity
from app.models.identity.program import Program
from app.models.identity.schedule import Schedule
from app.programs.errors import ProgramError
from app.programs.service import (
    create_program,
    find_program,
    list_programs,
    remove_schedule,
    rename_program,
    set_schedule,
    set_threshold,
)
from surveys.disclosure import K_DEFAULT
from surveys.errors import SurveyError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def register(group: AppGroup) -> None:
    """Add `programs` to the `chorus` commands."""
    programs = AppGroup("programs", help="List, add, rename and schedule programs.")
    programs.command("list")(list_all)
    programs.command("add")(add)
    programs.command("rename")(rename)
    programs.command("schedule")(schedule)
    programs.command("unschedule")(unschedule)
    programs.command("threshold")(threshold)
    group.add_command(programs)


def list_all() -> None:
    """List all programs with their settings."""
    with identity.begin() as session:
        schedules = {row.program_id: row for row in session.query(Schedule)}
        lines = [_line(program, schedules.get(program.id)) for program in list_programs(session)]
    click.echo("\n".join(lines) or "There is no program yet. Add one, or import a roster file.")


@click.argument("name")
@click.option("--time-zone", default="UTC", show_default=True, help="Such as Europe/Berlin.")
@click.option(
    "--k", default=K_DEFAULT, show_default=True, help="The fewest people whose total is shown."
)
@click.option("--open-days", default=4, show_default=True, help="For how long a round is open.")
def add(name: str, time_zone: str, k: int, open_days: int) -> None:
    """Add the program NAME."""
    with _transaction() as session:
        program = create_program(session, name, time_zone, k, open_days)
        _log(session, f"added a program with k {program.k}", program)
    click.echo(f"Added {program.name}.")


@click.argument("program")
@click.argument("name")
def rename(program: str, name: str) -> None:
    """Call PROGRAM by another NAME."""
    with _transaction() as session:
        found = find_program(session, program)
        rename_program(session, found, name)
        _log(session, "renamed a program", found)
    click.echo(f"It is called {found.name} now. Use this name in roster files, too.")


@click.argument("program")
@click.option("--every-weeks", default=2, show_default=True, help="1 to 26.")
@click.option("--on", "day", type=click.Choice(WEEKDAYS, case_sensitive=False), required=True)
@click.option("--at", "local_time", default="09:00", show_default=True, help="In its own zone.")
def schedule(program: str, every_weeks: int, day: str, local_time: str) -> None:
    """Launch a check-in of PROGRAM by itself, every few weeks."""
    with _transaction() as session:
        found = find_program(session, program)
        kept = set_schedule(
            session,
            found,
            every_weeks=every_weeks,
            weekday=WEEKDAYS.index(day),
            local_time=local_time,
            now=current_clock().now(),
        )
        _log(session, f"set a schedule of every {every_weeks} weeks", found)
    click.echo(_line(found, kept))


@click.argument("program")
def unschedule(program: str) -> None:
    """Launch no more rounds of PROGRAM by themselves; one under way goes on."""
    with _transaction() as session:
        found = find_program(session, program)
        remove_schedule(session, found)
        _log(session, "switched the schedule off", found)
    click.echo(_line(found, None))


@click.argument("program")
@click.argument("k", type=int)
def threshold(program: str, k: int) -> None:
    """Show totals of PROGRAM from K people on, in rounds launched from now on."""
    with _transaction() as session:
        found = find_program(session, program)
        set_threshold(session, found, k, current_clock().now(), OPERATOR)
        kept = session.get(Schedule, found.id)
    click.echo(_line(found, kept))


@contextmanager
def _transaction() -> Iterator[Session]:
    """Give a session; what a person can mend ends the command with its sentence."""
    try:
        with identity.begin() as session:
            yield session
    except (ProgramError, SurveyError) as error:
        raise click.ClickException(str(error)) from None


def _log(session: Session, act: str, program: Program) -> None:
    record(session, current_clock().now(), OPERATOR, act, f"program {program.id}")


def _line(program: Program, schedule: Schedule | None) -> str:
    rhythm = "no schedule"
    if schedule is not None:
        day = WEEKDAYS[schedule.weekday].capitalize()
        weeks = "week" if schedule.every_weeks == 1 else f"{schedule.every_weeks} weeks"
        next_on = schedule.next_at.astimezone(ZoneInfo(program.time_zone))
        rhythm = f"every {weeks} on {day} at {schedule.local_time}, next {next_on:%d %B %Y}"
    return (
        f"{program.name}  ({program.time_zone}, k = {program.k},"
        f" open {program.open_days} days; {rhythm})"
    )
