"""`flask chorus serve`: all parts on one machine, in one terminal."""

import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.bodies import threads_for
from app.demo.commands import make_demo_with_progress
from app.demo.service import is_empty
from app.development.sink import make_sink
from app.extensions import db, identity
from app.serving.alone import claim
from app.serving.children import Child, Household
from app.serving.environments import cast_environment, web_environment
from app.serving.newcomer import newcomer_lines
from app.serving.ports import (
    Place,
    answers,
    cast_place,
    mail_place,
    taken_places,
    web_place,
)
from config import Settings

ROOT = Path(__file__).parents[2]


def register(group: AppGroup) -> None:
    """Add `serve`, `web`, and the mail server that is started in development."""
    group.command("serve")(serve)
    group.command("web")(web)
    group.command("inbox", hidden=True)(inbox)


def serve() -> None:
    """Run web, worker and, in development, the mail server, until Ctrl-C."""
    settings: Settings = current_app.config["CHORUS"]
    web, cast = web_place(settings), cast_place(settings)
    places = [place for place in (web, cast, mail_place(settings)) if place]
    held = claimed(settings)
    taken = taken_places(places)
    for place in taken:
        click.echo(_taken_line(place, settings), err=True)
    if taken:
        sys.exit(1)
    if settings.development and settings.demo and _nobody_is_here():
        make_demo_with_progress()
    for engine in db.engines.values():
        engine.dispose()
    environment = {**os.environ, "CHORUS_DATA": str(settings.data), "PYTHONUNBUFFERED": "1"}
    household = Household(ROOT, environment, click.echo, keeps=held)
    served = [place for place in (web, cast) if place]
    children = children_of(settings, environment)
    sys.exit(household.run(children, lambda: all(map(answers, served)), _ready_text(settings)))


def claimed(settings: Settings) -> list[int]:
    """Return what holds the data folder; none where the databases are a server's."""
    if not any(engine.dialect.name == "sqlite" for engine in db.engines.values()):
        return []
    held = claim(settings.data)
    if held is None:
        raise click.ClickException(
            f"Another `flask chorus serve`, or a part of one that was killed, is at work on "
            f"{settings.data}. End it, or choose another folder in CHORUS_DATA."
        )
    return [held]


def web() -> None:
    """Serve the pages of CHORUS_PARTS alone, for a service manager that runs each part by itself.

    The process becomes the server: signals and the exit code are its own.
    """
    settings: Settings = current_app.config["CHORUS"]
    command = _web_command(settings, settings.port)
    for engine in db.engines.values():
        engine.dispose()
    os.chdir(ROOT)  # where wsgi.py lies
    # Our own argument list; no shell reads it.
    os.execv(command[0], command)  # noqa: S606  # nosec B606


def _nobody_is_here() -> bool:
    with identity.read() as session:
        return is_empty(session)


def inbox() -> None:
    """Take every mail and keep it under CHORUS_DATA (development)."""
    settings: Settings = current_app.config["CHORUS"]
    place = mail_place(settings)
    if place is None:
        raise click.ClickException("The development mail server is for development only.")
    sink = make_sink(settings.inbox, place.host, place.port, settings.bounces)
    sink.start()
    click.echo(f"Mail is kept in {settings.inbox}")
    threading.Event().wait()  # a signal ends it; a mail not yet answered is the sender's still


def children_of(settings: Settings, environ: Mapping[str, str] | None = None) -> list[Child]:
    """Return the processes that `settings` ask for.

    :param environ: what they are told of, the process's own by default.
    """
    environ = os.environ if environ is None else environ
    flask = (sys.executable, "-m", "flask", "--app", "wsgi:application", "chorus")
    children = [
        Child("web", _web_command(settings, settings.port), web_environment(environ, settings)),
        Child("worker", (*flask, "worker")),
    ]
    if settings.cast_port is not None:
        command = _web_command(settings, settings.cast_port)
        children.append(Child("cast", command, cast_environment(environ, settings)))
    if mail_place(settings):
        children.append(Child("mail", (*flask, "inbox")))
    return children


def _web_command(settings: Settings, port: int) -> tuple[str, ...]:
    options = {
        "--interface": "wsgi",
        "--host": settings.host,
        "--port": str(port),
        "--workers": str(settings.web_processes),
        "--blocking-threads": str(threads_for(settings.web_threads)),
        "--log-level": "error",
        "--workers-kill-timeout": "5",
    }
    # Protocol 4: who opens which page when is written nowhere.
    flags = ("--no-access-log", "--no-ws")
    pairs = [part for option in options.items() for part in option]
    return (sys.executable, "-m", "granian", *pairs, *flags, "wsgi:application")


def _ready_text(settings: Settings) -> str:
    lines = [f"Open {settings.base_url}"]
    if settings.development:
        lines.append(f"Mails:    {settings.base_url}/dev/inbox")
    if settings.cast_port is not None:
        lines.append(f"Casting, by itself: http://{settings.host}:{settings.cast_port}")
    lines += newcomer_lines(settings.data)
    return "\n".join(["", *lines, ""])


def _taken_line(place: Place, settings: Settings) -> str:
    if place.part == "cast":
        return (
            f"Port {place.port} on {place.host} is taken by another program, and cast needs it. "
            "End that program, or choose another port in CHORUS_CAST_PORT."
        )
    other = settings.port + 100
    words = (
        f"Port {place.port} on {place.host} is taken by another program, and {place.part} needs "
        f"it. End that program, or choose another port: CHORUS_PORT={other} make run"
    )
    if place.part == "mail":
        words += " (mail takes the port 25 above it, unless CHORUS_SMTP_URL says otherwise)"
    return words
