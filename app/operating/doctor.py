"""`flask chorus doctor`: what is good, what to look at, what is bad, and what to do about it."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from app.clock import SystemClock, current_clock
from app.databases import Standing, standing_of
from app.extensions import ballots, db, identity
from app.health import answers
from app.mail.mailer import current_mailer
from app.operating.checks import Check, Verdict, check_contents
from app.operating.domain import check_domain
from app.operating.keys import check_keys, check_open_rounds
from app.operating.machine import (
    check_disk,
    check_files,
    check_separate,
    fingerprint,
)
from app.operating.postgresql import check_clock, check_server, check_workers
from app.operating.relay import check_relay, send_test
from app.room import has_room
from app.vault import current_vault
from config import Settings

_EXIT = {"good": 0, "unknown": 0, "look": 1, "bad": 2}
_RANK = list(_EXIT)
_STANDINGS: Mapping[Standing, tuple[Verdict, str, str]] = {
    Standing.CURRENT: ("good", "It answers, and has the structure that is needed.", ""),
    Standing.BEHIND: (
        "bad",
        "It is older than this program.",
        "flask chorus databases upgrade, then databases grants --apply, as its owner.",
    ),
    Standing.AHEAD: (
        "look",
        "It is newer than this program, which can work with it.",
        "Finish the upgrade: replace what still runs this version.",
    ),
    Standing.FOREIGN: (
        "bad",
        "It is too new for this program.",
        "Start the newer version, or restore a backup of this one.",
    ),
}


def register(group: AppGroup) -> None:
    """Add `doctor` to the `chorus` commands."""
    group.command("doctor")(doctor)


@click.option("--mail", "address", metavar="ADDRESS", help="Send a test mail without a link there.")
@click.option("--dkim", "selector", metavar="SELECTOR", help="Where the relay's key is published.")
@click.option("--offline", is_flag=True, help="Ask no name server about the sender's domain.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(address: str | None, selector: str | None, offline: bool, as_json: bool) -> None:
    """Look at everything that an installation needs; change nothing.

    Ends with 0 if all is good, 1 if something is to be looked at, 2 if something is bad.
    """
    settings: Settings = current_app.config["CHORUS"]
    if None not in db.engines:
        raise click.ClickException(
            "Casting knows one database: ask where the settings of pages are."
        )
    if address is not None and "@" not in address:
        raise click.UsageError("Give --mail an address, name@domain.")
    checks = list(examine(settings))
    if not (settings.development or offline):
        checks += check_domain(settings, selector)
    if address is not None:
        checks.append(send_test(current_mailer(), settings, address))
    worst = max(checks, key=lambda check: _RANK.index(check.verdict)).verdict
    same = fingerprint(settings)
    if as_json:
        found = {"verdict": worst, "fingerprint": same, "checks": [asdict(one) for one in checks]}
        click.echo(json.dumps(found, indent=1))
    else:
        _print(checks, same)
    sys.exit(_EXIT[worst])


def examine(settings: Settings) -> Iterator[Check]:
    """Yield all that can be looked at; what can't be asked now says so."""
    yield _mode(settings)
    yield check_separate(settings)
    reachable = yield from _reached()
    if reachable:
        yield from _inside(settings)
    yield check_relay(settings)
    yield check_disk(settings.data)
    yield check_files(settings)


def _mode(settings: Settings) -> Check:
    if settings.development:
        said = "Development: the clock can be moved, and mails are kept."
        return Check("Environment", "look", said, "Promise nobody anything; set CHORUS_ENV.")
    if not settings.support:
        said = "Production, without a place that helps: no round can be launched."
        return Check("Environment", "bad", said, "Set CHORUS_SUPPORT.")
    return Check("Environment", "good", "Production.")


def _reached() -> Iterator[Check]:
    """Yield whether each database answers and is up to date; return whether all do."""
    good = True
    for bind, engine in db.engines.items():
        name = f"Database, {bind or 'identity'}"
        if not has_room(engine):
            said = "There is no room left on its disk."
            yield Check(name, "bad", said, "Make room: then all goes on by itself.")
        elif not answers(engine):
            yield Check(name, "bad", "It does not answer.", "Look at its address and its server.")
            good = False
            continue
        standing = standing_of(engine)
        yield Check(name, *_STANDINGS[standing])
        good = good and standing.works
    return good


def _inside(settings: Settings) -> Iterator[Check]:
    for bind, engine in db.engines.items():
        if engine.dialect.name == "postgresql":
            yield from check_server(bind or "identity", engine, not settings.development)
    try:
        if identity.engine.dialect.name == "postgresql":
            yield check_clock(identity.engine, SystemClock().now())
            yield check_workers(identity.engine)
        yield from check_contents(identity, settings, current_clock().now())
        yield from check_keys(current_vault(), settings)
        yield check_open_rounds(identity, ballots, current_vault())
    except DBAPIError:
        yield Check("Contents", "unknown", "This role may not read all of it; ask as the owner.")


def _print(checks: list[Check], same: str) -> None:
    width = max(len(check.name) for check in checks) + 2
    for check in checks:
        click.echo(f"{check.verdict:<9}{check.name:<{width}}{check.said}")
        if check.todo and check.verdict != "good":
            click.echo(f"{'':<{9 + width}}{check.todo}")
    click.echo(f"\nSecrets and addresses: {same}. Every machine must show the same.")
