"""`flask chorus people forget`: erase somebody who asked for it, as their own page does."""

import click

from app.accounts.audit import OPERATOR
from app.clock import current_clock
from app.extensions import identity
from app.people.forgetting import forget_person, groups_mentored_alone
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
