"""`flask chorus rounds …`: list, launch, close."""

import json
import time
from datetime import datetime

import click
from flask.cli import AppGroup

from app.accounts.audit import OPERATOR, record
from app.clock import MovableClock
from app.extensions import ballots, identity
from app.forms.service import current_form
from app.jobs.closes import close_due_rounds
from app.jobs.workplace import Workplace, current_workplace
from app.launching.service import launch_round
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.programs.errors import ProgramError
from app.programs.service import find_program
from app.rounds.errors import RoundError
from app.rounds.fingerprints import fingerprints_of
from app.rounds.service import find_round, list_rounds, request_round
from surveys.errors import SurveyError
from surveys.lifecycle import BALLOT_GRACE

_PATIENCE_SECONDS = 120
_PAUSE_SECONDS = 0.2


def register(group: AppGroup) -> None:
    """Add `rounds` to the `chorus` commands."""
    rounds = AppGroup("rounds", help="List, launch and close rounds.")
    rounds.command("list")(list_all)
    rounds.command("launch")(launch)
    rounds.command("close")(close)
    group.add_command(rounds)


@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def list_all(as_json: bool) -> None:
    """List all rounds, newest first."""
    with identity.begin() as session:
        programs = {program.id: program.name for program in session.query(Program)}
        listed = list_rounds(session)
    prints = fingerprints_of(identity, ballots, [entry.id for entry in listed])
    rows = [_row(entry, programs, prints.get(entry.id)) for entry in listed]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(
            f"{row['id']}  {row['state']:10}  {row['opens_at']} to {row['closes_at']}"
            f"  {row['program']}, round {row['number']}"
        )
    if not rows:
        click.echo("There is no round yet. Launch one: flask chorus rounds launch PROGRAM")


@click.argument("program")
def launch(program: str) -> None:
    """Launch a check-in of PROGRAM (its name) now: freeze the roster, make keys, send the mails."""
    workplace = current_workplace()
    try:
        with identity.begin() as session:
            found = find_program(session, program)
            round_id = request_round(session, found, current_form(session), workplace.now()).id
            record(session, workplace.now(), OPERATOR, "launched a round", f"round {round_id}")
        launch_round(workplace.launch_room(), round_id)
    except (ProgramError, RoundError, SurveyError) as error:
        raise click.ClickException(str(error)) from None
    state = _wait_while(round_id, ("due", "launching"))
    if state != "open":
        raise click.ClickException(
            "Too few links could be mailed, so the round was stopped. Look at the mail relay."
        )
    with identity.begin() as session:
        opened = find_round(session, round_id)
    click.echo(f"Round {opened.id} is open: {opened.invited} people invited.")
    click.echo(f"It closes at {opened.closes_at:%Y-%m-%d %H:%M} UTC.")


@click.argument("round_id", metavar="ROUND")
def close(round_id: str) -> None:
    """Close ROUND if its time has come; a closing time can't be moved.

    In development the clock can: there this command moves it to the round's close first.
    """
    workplace = current_workplace()
    try:
        with identity.begin() as session:
            closing = find_round(session, round_id)
    except RoundError as error:
        raise click.ClickException(str(error)) from None
    if closing.state == "open":
        _reach(workplace, closing.closes_at + BALLOT_GRACE)
        close_due_rounds(workplace)
    state = _wait_while(round_id, ("open",))
    if state != "closed":
        raise click.ClickException(f"The round is {state}; only an open one can close.")
    click.echo(f"Round {round_id} is closed. Results: flask chorus results {round_id} --json")


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


def _wait_while(round_id: str, states: tuple[str, ...]) -> str:
    """Return the round's state once it is none of `states`: a worker may be at it already."""
    patience = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with identity.begin() as session:
            state = find_round(session, round_id).state
        if state not in states or time.monotonic() > patience:
            return state
        time.sleep(_PAUSE_SECONDS)


def _row(entry: Round, programs: dict[str, str], fingerprint: str | None) -> dict[str, object]:
    return {
        "id": entry.id,
        "program": programs[entry.program_id],
        "number": entry.number,
        "state": entry.state,
        "opens_at": entry.opens_at.isoformat(),
        "closes_at": entry.closes_at.isoformat(),
        "k": entry.k,
        "invited": entry.invited,
        "fingerprint": fingerprint,
    }
