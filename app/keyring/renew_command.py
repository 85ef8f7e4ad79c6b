"""`flask chorus keys renew`: for when a thief may have the data keys."""

import click
from sqlalchemy import delete, select

from app.accounts.audit import OPERATOR, record
from app.clock import current_clock
from app.extensions import identity, keys
from app.keyring.renewing import Renewal, StillLockedError
from app.models.identity.account_session import AccountSession
from app.models.identity.round import Round
from app.models.identity.sign_in_link import SignInLink
from app.vault import current_vault

_HOLDING_KEYS = ("launching", "open")


@click.option(
    "--finish",
    is_flag=True,
    help="Destroy the former keys; only once web and worker have been started again.",
)
def renew(finish: bool) -> None:
    """Make new data keys and lock names, addresses and comments anew; web and worker may go on.

    For a thief who may have the data keys: rotating only wraps them again. Rotate first. Ends every
    session of staff. Safe to repeat: what was cut off is taken up again.
    """
    renewal = Renewal(current_vault(), keys, click.echo)
    if finish:
        _finish(renewal)
        return
    if renewal.begin():
        _end_sessions()
        click.echo("Every data key has a successor. Everybody signs in again.")
    else:
        click.echo("A renewal is under way; going on with it.")
    renewal.lock_anew()
    click.echo("All is locked anew. The former keys can still read what a process writes that")
    click.echo("began before. Start web and worker again, then: flask chorus keys renew --finish")
    _say_open_rounds()


def _finish(renewal: Renewal) -> None:
    if not renewal.is_under_way():
        raise click.ClickException("No renewal is under way. Begin one: flask chorus keys renew")
    try:
        renewal.finish()
    except StillLockedError as error:
        raise click.ClickException(str(error.__doc__)) from None
    with identity.begin() as session:
        record(session, current_clock().now(), OPERATOR, "renewed the data keys", "databases")
    click.echo("The former keys are destroyed. Backups made before need their own keys' folder;")
    click.echo("make a new one now, and destroy those.")


def _end_sessions() -> None:
    with identity.begin() as session:
        for ways_in in (AccountSession, SignInLink):
            session.execute(delete(ways_in))
        record(
            session, current_clock().now(), OPERATOR, "began to renew the data keys", "databases"
        )


def _say_open_rounds() -> None:
    with identity.read() as session:
        held = session.scalars(select(Round.id).where(Round.state.in_(_HOLDING_KEYS))).all()
    if held:
        click.echo(f"Rounds with keys of their own, which a thief may have too: {len(held)}.")
        click.echo("flask chorus rounds replace ROUND stops one and launches it with new keys.")
