"""`flask chorus …`: the commands of every room in one group."""

from flask import Flask
from flask.cli import AppGroup

from app.accounts.commands import register as register_accounts
from app.people.commands import register as register_people


def register_commands(app: Flask) -> None:
    """Add the `chorus` group to `app`."""
    group = AppGroup("chorus", help="Run and look after Chorus.")
    register_accounts(group)
    register_people(group)
    app.cli.add_command(group)
