"""`flask chorus rounds …`: list, launch, close, replace."""

import json
import time
from datetime import datetime

import click
from flask.cli import AppGroup

from app.accounts.audit import OPERATOR, record
from app.clock import MovableClock
from app.extensions import ballots, identity
from app.forms.service import form_of_program
from app.jobs.closes import close_due_rounds, let_small_rounds_wait
from app.jobs.leaps import time_is_trusted
from app.jobs.replace_command import replace
from app.jobs.workplace import Workplace, current_workplace
from app.launching.service import launch_round
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.programs.errors import ProgramError
from app.programs.groups import find_group
from app.programs.service import find_program
from app.rounds.closings import closes_ahead
from app.rounds.errors import RoundError
from app.rounds.fingerprints import fingerprints_of
from app.rounds.mailing import Progress, progress_of
from app.rounds.service import find_round, list_rounds, request_round
from surveys.errors import SurveyError
from surveys.lifecycle import BALLOT_GRACE, BETWEEN_CLOSES, MOST_CLOSES

_PATIENCE_SECONDS = 120
_PAUSE_SECONDS = 0.2


def register(group: AppGroup) -> None:
    """Add `rounds` to the `chorus` commands."""
    rounds = AppGroup("rounds", help="List, launch, close and replace rounds.")
    rounds.command("list")(list_all)
    rounds.command("launch")(launch)
    rounds.command("close")(close)
    rounds.command("replace")(replace)
    group.add_command(rounds)


@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def list_all(as_json: bool) -> None:
    """List all rounds, newest first."""
    with identity.begin() as session:
        programs = {program.id: program.name for program in session.query(Program)}
        listed = list_rounds(session)
        sending = {entry.id: progress_of(session, entry) for entry in listed}
    prints = fingerprints_of(identity, ballots, [entry.id for entry in listed])
    rows = [_row(entry, programs, prints.get(entry.id), sending[entry.id]) for entry in listed]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(
            f"{row['id']}  {row['state']:10}  {row['opens_at']} to {row['closes_at']}"
            f"  {row['program']}, {'feedback' if row['cycle'] else 'round'} {row['number']}"
            f"{_mails(sending[str(row['id'])])}"
        )
    if not rows:
        click.echo("There is no round yet. Launch one: flask chorus rounds launch PROGRAM")


@click.argument("program")
@click.option(
    "--group",
    metavar="NAME",
    help="Ask this group's members alone: a round of its own that only its mentors and admins see.",
)
@click.option(
    "--closes",
    type=click.IntRange(1, MOST_CLOSES),
    default=1,
    help="How many closing times. At each but the last a round with too few answers goes on.",
)
@click.option(
    "--again-after",
    metavar="DAYS",
    type=click.IntRange(BETWEEN_CLOSES.days, 28),
    default=7,
    show_default=True,
    help="Days from one closing time to the next.",
)
def launch(program: str, group: str | None, closes: int, again_after: int) -> None:
    """Launch a check-in of PROGRAM (its name) now: freeze the roster, make keys, send the mails."""
    workplace = _at_a_trusted_time()
    try:
        with identity.begin() as session:
            found = find_program(session, program)
            form = form_of_program(session, found.id)
            round_id = request_round(
                session,
                found,
                form,
                workplace.now(),
                group_id=group and find_group(session, found, group).id,
                again_after=[again_after] * (closes - 1),
            ).id
            record(session, workplace.now(), OPERATOR, "launched a round", f"round {round_id}")
        launch_round(workplace.launch_room(), round_id)
    except (ProgramError, RoundError, SurveyError) as error:
        raise click.ClickException(str(error)) from None
    state = _wait_while(round_id, ("due", "launching"))
    if state in ("due", "launching"):
        click.echo(f"Round {round_id} is being sent by the worker. See: flask chorus rounds list")
        return
    if state != "open":
        raise click.ClickException(
            "Too few links could be mailed, so the round was stopped. Look at the mail relay."
        )
    with identity.begin() as session:
        opened = find_round(session, round_id)
    click.echo(f"Round {opened.id} is open: {opened.invited} people invited.")
    first, *later = (f"{moment:%Y-%m-%d %H:%M} UTC" for moment in closes_ahead(opened))
    click.echo(f"It closes at {first}.")
    if later:
        click.echo(f"If too few have answered by then, it goes on until {', then '.join(later)}.")


@click.argument("round_id", metavar="ROUND")
def close(round_id: str) -> None:
    """Close ROUND if its time has come; a closing time can't be moved.

    In development the clock can: there this command moves it to the round's close first. A round
    that too few have answered goes on until its next closing time, if it has one.
    """
    workplace = _at_a_trusted_time()
    try:
        with identity.begin() as session:
            closing = find_round(session, round_id)
    except RoundError as error:
        raise click.ClickException(str(error)) from None
    if closing.state == "open":
        _reach(workplace, closing.closes_at + BALLOT_GRACE)
        let_small_rounds_wait(workplace)
        close_due_rounds(workplace)
    _wait_while(round_id, ("open",), closing.closes_at)
    with identity.begin() as session:
        closed = find_round(session, round_id)
    if closed.state == "open" and closed.closes_at > closing.closes_at:
        click.echo(f"Round {round_id} goes on until {closed.closes_at:%Y-%m-%d %H:%M} UTC.")
        return
    state = closed.state
    if state != "closed":
        raise click.ClickException(f"The round is {state}; only an open one can close.")
    click.echo(f"Round {round_id} is closed. Results: flask chorus results {round_id} --json")


def _at_a_trusted_time() -> Workplace:
    """Return the workplace, unless the clock is doubted: what is opened or closed stays so."""
    workplace = current_workplace()
    if not time_is_trusted(workplace):
        raise click.ClickException("The clock is doubted. See: flask chorus clock")
    return workplace


def _reach(workplace: Workplace, moment: datetime) -> None:
    """Move development's clock on; elsewhere refuse what is too early."""
    if workplace.now() >= moment:
        return
    if not isinstance(workplace.clock, MovableClock):
        raise click.ClickException(
            f"This round closes at {moment:%Y-%m-%d %H:%M} UTC, as its page promised. "
            "Nothing can close it earlier."
        )
    workplace.clock.move_to(moment)
    click.echo(f"Development: the clock now says {moment:%Y-%m-%d %H:%M} UTC.")


def _wait_while(round_id: str, states: tuple[str, ...], closes_at: datetime | None = None) -> str:
    """Return the round's state once it is none of `states`: a worker may be at it already.

    :param closes_at: go on as well once its next closing time is another.
    """
    patience = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with identity.begin() as session:
            found = find_round(session, round_id)
        moved_on = closes_at is not None and found.closes_at != closes_at
        if moved_on or found.state not in states or time.monotonic() > patience:
            return found.state
        time.sleep(_PAUSE_SECONDS)


def _mails(progress: Progress | None) -> str:
    return "" if progress is None else f", {progress.sent:,} of {progress.of:,} mails sent"


def _row(
    entry: Round, programs: dict[str, str], fingerprint: str | None, sending: Progress | None
) -> dict[str, object]:
    return {
        "id": entry.id,
        "program": programs[entry.program_id],
        "number": entry.number,
        "cycle": entry.cycle_id,
        "state": entry.state,
        "opens_at": entry.opens_at.isoformat(),
        "closes_at": entry.closes_at.isoformat(),
        "later_closes": entry.later_closes,
        "k": entry.k,
        "invited": entry.invited,
        "fingerprint": fingerprint,
        "mails_sent": None if sending is None else sending.sent,
    }
