"""`flask chorus verify`: whether a running Chorus keeps what can be seen from outside."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.verifying.bundle import bundle_checks, page_checks, rebuild_checks
from app.verifying.checks import Check, Checks
from app.verifying.fetching import FetchError, Site
from app.verifying.marks import UnreadableMarkError, audit_checks, link_checks
from app.verifying.rounds import (
    cell_checks,
    form_checks,
    key_checks,
    listed_rounds,
    manifest_checks,
    sum_checks,
    threshold_checks,
    time_checks,
)

SOURCE = Path(__file__).parents[2]
# The same for every round: where people answer, and where they read a reply.
_PAGES = ("/r/AAAAAAAAAAAAAAAAAAAAAA", "/m/AAAAAAAAAAAAAAAAAAAAAA")


def register(group: AppGroup) -> None:
    """Add `verify` to the `chorus` commands."""
    group.command("verify")(verify)


@click.argument("url", required=False)
@click.option("--audit-head", metavar="NUMBER:DIGEST", help="Where the audit log ended before.")
@click.option("--link", metavar="LINK", help="A link from a mail, or - to be asked for it.")
@click.option("--rebuild/--no-rebuild", default=True, help="Build the bundle anew, if npm is here.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(
    url: str | None, audit_head: str | None, link: str | None, rebuild: bool, as_json: bool
) -> None:
    """Compare the Chorus at URL (by default, this one's address) with this source.

    It fetches what everybody can fetch, and ends with 1 at the first kind of check that fails. A
    link is read on this machine: its token is sent nowhere.
    """
    if link == "-":
        link = click.prompt("Link", hide_input=True, err=True)
    done: list[Check] = []
    try:
        site = Site(url or current_app.config["CHORUS"].base_url)
        for kind in _kinds(site, audit_head, link, rebuild):
            done += (found := _told(kind, as_json))
            if not all(check.ok for check in found):
                break
    except (FetchError, UnreadableMarkError, KeyError, TypeError, ValueError) as error:
        done.append(Check("fetch", "the facts can be read", False, _reason(error)))
        if not as_json:
            click.echo(done[-1].line)
    ok = all(check.ok for check in done)
    if as_json:
        content = {"ok": ok, "checks": [asdict(check) for check in done]}
        click.echo(json.dumps(content, ensure_ascii=False))
    else:
        click.echo(f"{len(done)} checks, {'all fit' if ok else 'and it ends here'}.")
    sys.exit(0 if ok else 1)


def _kinds(site: Site, audit_head: str | None, link: str | None, rebuild: bool) -> Iterator[Checks]:
    """Yield the checks, kind by kind; what an earlier one did not reach is not fetched."""
    facts = site.fetch_json("/trust.json")
    yield bundle_checks(site, facts["bundle"], SOURCE)
    yield _pages(site)
    if rebuild:
        yield rebuild_checks(SOURCE)
    rounds = listed_rounds(site, facts)
    yield manifest_checks(rounds)
    yield form_checks(rounds)
    yield threshold_checks(rounds)
    yield time_checks(rounds)
    yield cell_checks(rounds)
    yield key_checks(rounds)
    yield sum_checks(rounds)
    yield audit_checks(site, facts["audit"]["head"], audit_head)
    if link:
        yield link_checks(site, link)


def _pages(site: Site) -> Checks:
    """Compare the respondents' pages with those that this checkout makes."""
    for path in _PAGES:
        ours = current_app.test_client().get(path)
        yield from page_checks(path, site.fetch(path), ours.data, dict(ours.headers))


def _told(kind: Checks, as_json: bool) -> list[Check]:
    """Return the checks of a kind, each told as soon as it is made."""
    found = []
    for check in kind:
        found.append(check)
        if not as_json:
            click.echo(check.line)
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, FetchError | UnreadableMarkError):
        return str(error)
    return f"/trust.json is not of this version ({type(error).__name__})"
