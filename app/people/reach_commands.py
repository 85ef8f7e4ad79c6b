"""`flask chorus people suspended` and `resume`: whom mail doesn't reach, and how to undo that."""

import click
from flask.cli import AppGroup

from app.accounts.audit import OPERATOR, record
from app.clock import current_clock
from app.extensions import identity
from app.people.reach import resume, suspended_people
from app.people.service import UnknownPersonError, person_by_address
from app.vault import current_vault


def register(people: AppGroup) -> None:
    """Add the two to the `people` commands."""
    people.command("suspended")(list_suspended)
    people.command("resume")(resume_mails)


def list_suspended() -> None:
    """List the people whose mails come back, so that they are asked no more."""
    with identity.read() as session:
        suspended = suspended_people(session, current_vault().roster_key())
    if not suspended:
        click.echo("Mail reaches everybody, as far as we know.")
        return
    for name, address in suspended:
        click.echo(f"{name or '(no name)'}  {address}")
    click.echo("A new address comes with the next roster. If an address is good again, say:")
    click.echo("flask chorus people resume EMAIL")


@click.argument("email")
def resume_mails(email: str) -> None:
    """Write to EMAIL again from the next round on, after its mails had come back."""
    now = current_clock().now()
    try:
        with identity.begin() as session:
            person = person_by_address(session, current_vault().roster_key(), email)
            if person is None:
                raise UnknownPersonError
            resume(session, person)
            record(session, now, OPERATOR, "resumed mails", f"person {person.id}")
    except UnknownPersonError:
        raise click.ClickException("No mails to this address are suspended.") from None
    click.echo("From the next round on, survey mails go to this address again.")
