"""`flask chorus people forget` and `readmit`: erase who asked for it, and let them come back."""

import click

from app.accounts.audit import OPERATOR
from app.clock import current_clock
from app.extensions import identity
from app.people.addresses import InvalidAddressError
from app.people.forgetting import forget_person, groups_mentored_alone, readmit
from app.people.personal import address_lookups
from app.people.service import UnknownPersonError, person_by_address
from app.vault import current_vault

_WHAT_HAPPENS = (
    "Name, address, memberships and invitations go, and unused links stop working. Answers "
    "already given can't be found, so they stay in the totals. A keyed hash of the address stays, "
    "so that no import brings the person back. This can't be undone."
)


@click.argument("email")
@click.option("--yes", is_flag=True, help="Don't ask before erasing.")
def forget(email: str, yes: bool) -> None:
    """Erase the person with the address EMAIL from the roster, and never import them again."""
    roster_key = current_vault().roster_key()
    with identity.read() as session:
        person = person_by_address(session, roster_key, email)
        alone = groups_mentored_alone(session, person.id) if person else []
    if person is None:
        raise click.ClickException("Nobody on the roster has this address. Nothing was changed.")
    click.echo(_WHAT_HAPPENS)
    for group in alone:
        click.echo(f"No other mentor is there for: {group}. It stays, without one.")
    if not yes:
        click.confirm("Erase this person?", abort=True)
    try:
        with identity.begin() as session:
            forget_person(session, person.id, current_clock().now(), OPERATOR)
    except UnknownPersonError:
        raise click.ClickException("This person was erased in the meantime.") from None
    click.echo("Done: the person is forgotten.")


@click.argument("email")
def readmit_address(email: str) -> None:
    """Let imports take in EMAIL again, whose person was forgotten and changed their mind."""
    try:
        lookups = address_lookups(current_vault().roster_key(), email)
        with identity.begin() as session:
            readmit(session, lookups, current_clock().now(), OPERATOR)
    except (UnknownPersonError, InvalidAddressError):
        raise click.ClickException("Nobody with this address asked to be forgotten.") from None
    click.echo("Done. The next import that names this address takes it in.")
