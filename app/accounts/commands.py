"""`flask chorus admin …`: admins are made, reset and deactivated by whoever runs the machine."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.accounts.admins import add_admin, deactivate_admin, list_admins, reset_admin, reset_factors
from app.accounts.audit import OPERATOR
from app.accounts.errors import AccountError
from app.accounts.links import LIFETIMES, SET_PASSWORD
from app.accounts.notices import tell_owner
from app.clock import current_clock
from app.extensions import identity
from app.mail.account_letters import FACTORS_RESET
from app.mail.mailer import current_mailer
from app.mail.sender import sender_of
from app.people.addresses import InvalidAddressError
from app.vault import current_vault
from crypto import envelope

_Result = TypeVar("_Result")
_admin = AppGroup("admin", help="Add, reset, deactivate and list admins.")


def register(group: AppGroup) -> None:
    """Add `admin` to the `chorus` group."""
    group.add_command(_admin)


@_admin.command("add")
@click.argument("email")
def add(email: str) -> None:
    """Make EMAIL an admin and print a one-time link that sets the password."""
    _print_link(_run(add_admin, email))


@_admin.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """End EMAIL's password and sessions and print a one-time link for a new password."""
    _print_link(_run(reset_admin, email))


@_admin.command("reset-factor")
@click.argument("email")
def reset_factor(email: str) -> None:
    """Remove EMAIL's second factor and passkeys, for who lost them; the password stays.

    Every session of this admin ends, and a mail tells them.
    """
    account = _run(reset_factors, email)
    tell_owner(
        identity,
        current_vault().roster_key(),
        account.id,
        FACTORS_RESET,
        mailer=current_mailer(),
        sender=sender_of(current_app.config["CHORUS"]),
    )
    click.echo("Removed. The password alone opens this account until a factor is set up again.")


@_admin.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """End EMAIL's access at once; the last active admin stays."""
    _run(deactivate_admin, email)
    click.echo("Deactivated. Every session of this admin has ended.")


@_admin.command("list")
def list_all() -> None:
    """Print every admin with the state of the account."""
    key = current_vault().roster_key()
    with identity.begin() as session:
        rows = list_admins(session, key)
    for row in rows:
        click.echo(f"{row.address}  {row.state}")
    if not rows:
        click.echo("There are no admins yet: flask chorus admin add EMAIL")


def _run(
    act: Callable[[Session, envelope.DataKey, datetime, str, str], _Result], email: str
) -> _Result:
    """Return what `act` returns, done by the operator in one transaction."""
    key = current_vault().roster_key()
    try:
        with identity.begin() as session:
            return act(session, key, current_clock().now(), OPERATOR, email)
    except InvalidAddressError as error:
        raise click.ClickException(f"This is not a mail address: {error}.") from None
    except AccountError as error:
        raise click.ClickException(str(error)) from None


def _print_link(token: str) -> None:
    hours = LIFETIMES[SET_PASSWORD] // timedelta(hours=1)
    click.echo(
        f"This link sets the password. It works once, for {hours} hours; hand it over safely:"
    )
    click.echo(f"{current_app.config['CHORUS'].base_url}/set-password/{token}")
