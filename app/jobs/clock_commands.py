"""`flask chorus clock`: whether the workers trust this machine's time, and the operator's word."""

import click
from flask.cli import AppGroup

from app.extensions import identity
from app.jobs.leaps import last_sight, trust_time
from app.jobs.workplace import current_workplace


def register(group: AppGroup) -> None:
    """Add `clock` to the `chorus` commands."""
    group.command("clock")(clock)


@click.option("--trust", is_flag=True, help="Say that this machine's time is right.")
def clock(trust: bool) -> None:
    """Say what time it is here, and whether workers trust it; end with 1 if they do not.

    After a leap they wait, and after one of more than a month until --trust is said.
    """
    now = current_workplace().now()
    click.echo(f"This machine says that it is {now:%Y-%m-%d %H:%M:%S} UTC.")
    if trust:
        with identity.begin() as session:
            trust_time(session, now)
    with identity.read() as session:
        sight = last_sight(session)
    if sight is None:
        click.echo("No worker has looked yet.")
    elif sight.doubted_from is None:
        click.echo("Workers trust it.")
    else:
        raise click.ClickException(
            f"It has leapt: work was last done at {sight.trusted_at:%Y-%m-%d %H:%M} UTC. Workers "
            "do nothing now. If the time is right: flask chorus clock --trust"
        )
