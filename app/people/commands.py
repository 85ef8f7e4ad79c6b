"""`flask chorus people ...`: the roster, from a file."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from app.accounts.audit import OPERATOR
from app.clock import current_clock
from app.extensions import identity
from app.people.forget_command import forget, readmit_address
from app.people.import_plan import ImportPlan, plan_mark
from app.people.importing import (
    RosterMovedError,
    TooManyLeaveError,
    import_roster,
    preview_import,
)
from app.people.preview import fault_lines, preview_lines
from app.people.reach_commands import register as register_reach
from app.people.roster import Roster
from app.people.roster_file import read_roster
from app.people.roster_text import MAX_BYTES
from app.people.time_zones import resolve_time_zone
from app.people.wishes_command import wishes
from app.vault import current_vault
from surveys.errors import UnknownZoneError


class TimeZone(click.ParamType):
    """A name of a time zone, in any of the spellings that a roster may have."""

    name = "zone"

    def convert(
        self, value: str, parameter: click.Parameter | None, context: click.Context | None
    ) -> str:
        """Return the zone's name in the tz database."""
        try:
            return resolve_time_zone(value)
        except UnknownZoneError as error:
            self.fail(str(error), parameter, context)


def register(group: AppGroup) -> None:
    """Add `people` to the `chorus` commands."""
    people = AppGroup("people", help="The people on the roster.")
    people.command("import")(import_people)
    people.command("forget")(forget)
    people.command("readmit")(readmit_address)
    people.command("wishes")(wishes)
    register_reach(people)
    group.add_command(people)


@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preview", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Don't ask before applying.")
@click.option(
    "--allow-leavers", is_flag=True, help="Go on when more than half of the people would leave."
)
@click.option(
    "--time-zone",
    type=TimeZone(),
    help="Of new programs, and of new people without one; else UTC.",
)
def import_people(
    file: Path, preview: bool, yes: bool, allow_leavers: bool, time_zone: str | None
) -> None:
    """Make the roster say what FILE says: a CSV file with everybody who takes part.

    One row for each person and place: Email, and if you like Name, Program, Group, Role (member
    or mentor), Time zone, Language. Whoever is not in the file leaves the roster. All of it is
    done or nothing; importing the same file again changes nothing.
    """
    roster = _read(file)
    roster_key = current_vault().roster_key()
    with identity.snapshot() as database:
        plan = preview_import(database, roster_key, roster, time_zone)
    click.echo("\n".join(preview_lines(roster, plan)))
    if plan.empty:
        click.echo("The roster already says this.")
        return
    if preview:
        click.echo("Nothing was changed: this was a preview.")
        return
    refused = plan.too_many_leave and not allow_leavers
    if sys.stdin.isatty() and not yes and not refused:
        click.confirm("Apply this?", abort=True)
    click.echo("Writing; a large roster takes some seconds.")
    _apply(roster, plan, time_zone, allow_leavers)
    click.echo("Done: the roster says what the file says.")


def _read(file: Path) -> Roster:
    """Return the roster in `file`, or end with its faults."""
    click.echo(f"Reading {file.name}.")
    with file.open("rb") as opened:
        roster = read_roster(opened.read(MAX_BYTES + 1), current_app.config["CHORUS"].mail_domains)
    if roster.faults:
        click.echo("\n".join(fault_lines(roster)), err=True)
        raise click.ClickException("The file has faults, so nothing was changed.")
    return roster


def _apply(roster: Roster, plan: ImportPlan, time_zone: str | None, allow_leavers: bool) -> None:
    try:
        import_roster(
            identity,
            current_vault().roster_key(),
            roster,
            plan_mark(plan),
            now=current_clock().now(),
            actor=OPERATOR,
            time_zone=time_zone,
            allow_leavers=allow_leavers,
        )
    except TooManyLeaveError:
        raise click.ClickException(
            f"{len(plan.leaving):,} of {plan.active_before:,} people would leave. Is this the whole"
            " roster? If so, say --allow-leavers. Nothing was changed."
        ) from None
    except (RosterMovedError, IntegrityError):  # the second, if both write at the same moment
        raise click.ClickException(
            "The roster was changed in the meantime, so nothing was done. Please try again."
        ) from None
