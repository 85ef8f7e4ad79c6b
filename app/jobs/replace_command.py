"""`flask chorus rounds replace`: for when keys of open rounds are lost, or perhaps stolen."""

import click

from app.accounts.audit import OPERATOR
from app.clock import current_clock
from app.extensions import identity
from app.rounds.errors import RoundError
from app.rounds.replacing import open_rounds, replace_round


@click.argument("round_id", metavar="ROUND", required=False)
@click.option("--all", "all_of_them", is_flag=True, help="Every round that is open.")
def replace(round_id: str | None, all_of_them: bool) -> None:
    """Stop ROUND unread; the worker launches it anew with new keys, in a mail that says so.

    Everybody is asked again, whoever has answered. Links of the first mail say that it is closed.
    """
    if all_of_them == (round_id is not None):
        raise click.UsageError("Name one round, or say --all.")
    with identity.read() as session:
        chosen = open_rounds(session) if round_id is None else [round_id]
    stopped = 0
    for one in chosen:
        try:
            with identity.begin() as session:
                replace_round(session, one, current_clock().now(), OPERATOR)
        except RoundError as error:
            click.echo(f"{one}: {error}", err=True)
            continue
        click.echo(f"{one}: stopped; the worker replaces it.")
        stopped += 1
    if stopped < len(chosen):
        raise click.ClickException("Not all were stopped.")
