"""`flask chorus demo`: an organisation with a past, for a look around."""

import secrets

import click
from flask import current_app
from flask.cli import AppGroup

from app.demo.keyring import Keyring, keep_keyring, make_keyring
from app.demo.service import ROUNDS, NotEmptyError, make_demo
from app.demo.unsynced import unsynced
from app.extensions import db
from app.jobs.workplace import current_workplace
from app.mail.mailer import MaildirMailer

_PASSWORD_BYTES = 9


def register(group: AppGroup) -> None:
    """Add `demo` to the `chorus` commands."""
    group.command("demo")(demo)


def demo() -> None:
    """Fill empty databases: four programs, 150 people, 14 past rounds and one that is open."""
    click.echo("\n".join(make_demo_with_progress().lines()))


def make_demo_with_progress() -> Keyring:
    """Make the demo, telling how far it is, and return how a visitor signs in.

    :raises click.ClickException: outside development, or if somebody is on the roster.
    """
    settings = current_app.config["CHORUS"]
    if not settings.development:
        raise click.ClickException("The demo invents people; it is for development only.")
    workplace = current_workplace()

    try:
        with (
            click.progressbar(length=ROUNDS, label="Demo: past rounds") as bar,
            unsynced(*db.engines.values()),
        ):
            make_demo(workplace, MaildirMailer(settings.inbox), lambda: bar.update(1))
    except NotEmptyError as error:
        raise click.ClickException(str(error)) from None
    keyring = make_keyring(workplace, secrets.token_urlsafe(_PASSWORD_BYTES))
    keep_keyring(settings.data, keyring)
    return keyring
