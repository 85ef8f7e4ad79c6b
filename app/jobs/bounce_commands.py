"""`flask chorus bounces ...`: take in what came back, for relays that hand mails to a program."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.jobs.bounces import take_in
from app.jobs.workplace import current_workplace
from app.mail.reports import Verdict


def register(group: AppGroup) -> None:
    """Add `bounces` to the `chorus` commands."""
    bounces = AppGroup("bounces", help="Mails that came back.")
    bounces.command("read")(read)
    group.add_command(bounces)


@click.argument(
    "files",
    nargs=-1,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="[FILE...]",
)
def read(files: tuple[Path, ...]) -> None:
    """Take in delivery reports from FILEs, or one from standard input (a pipe transport)."""
    contents = [path.read_bytes() for path in files] or [sys.stdin.buffer.read()]
    workplace = current_workplace()
    verdicts = [take_in(workplace, content) for content in contents]
    unread = verdicts.count(Verdict.UNREAD)
    click.echo(f"{len(verdicts) - unread} read, {unread} not understood.")
    if unread:
        raise click.ClickException(
            "What is not a delivery report to an address that Chorus made changed nothing."
        )
