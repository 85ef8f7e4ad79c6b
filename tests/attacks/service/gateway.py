"""A mail gateway rewrites links and follows each with a browser that runs scripts."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from app.wire import WireError
from crypto import links
from tests import rounds
from tests.attacks.frame import Attack
from tests.attacks.service.stage import members_of, stage
from tests.chromium import chromium_path
from tests.pages.live import served

PEOPLE = 12


@dataclass(frozen=True)
class Truth:
    """Nobody wants to lose a link."""

    people: int


@dataclass(frozen=True)
class Seen:
    """Who could not answer any more once the gateway had been there."""

    people: int
    spent: int


@dataclass
class _Switch:
    greedy: bool = False


_page = _Switch()


def invent(_rng: Random) -> Truth:
    """Return a round whose mails pass a gateway."""
    return Truth(PEOPLE)


def show(truth: Truth) -> Seen:
    """Return what the gateway's visit cost: it opens every link, once whole and once cut short."""
    with stage() as service:
        opened = service.launch({"North": truth.people})
        people = members_of(opened)
        paths = [links.link_path(opened.pool_id, opened.links[who]) for who in people]
        with served(service.app) as address:
            _visit(address, paths)
        spent = 0
        for who in people:
            try:
                service.answer(opened, who, dict(rounds.GOOD))
            except WireError:
                spent += 1
        return Seen(truth.people, spent)


def _visit(address: str, paths: list[str]) -> None:
    """Send the gateway's browser, in a process of its own: Playwright can't run twice in one."""
    links_ = [address + link for path in paths for link in (path.partition("#")[0], path)]
    orders = {"links": links_, "greedy": _page.greedy}
    subprocess.run(
        [sys.executable, "-m", "tests.attacks.service.visitor"],
        input=json.dumps(orders).encode(),
        check=True,
        timeout=240,
    )


def hide(seen: Seen) -> Seen:
    """Return what nobody's visit costs."""
    return Seen(seen.people, 0)


def claim(seen: Seen) -> int:
    """Return how many links are spent."""
    return seen.spent


def score(truth: Truth, claimed: int) -> float:
    """Return the share of people who lost their answer."""
    return claimed / truth.people


@contextmanager
def page_that_takes_the_paper_when_opened() -> Iterator[None]:
    """Serve a script that does not wait for a click."""
    _page.greedy = True
    try:
        yield
    finally:
        _page.greedy = False


def _fault() -> str | None:
    return None if chromium_path() else "no Chromium is installed"


ATTACKS = (
    Attack(
        name="links followed by a gateway's browser",
        role="mail gateway",
        given=f"{PEOPLE} mails, whose links it opens in Chromium, whole and without what follows #",
        best="opens and reloads each: a link that its person can't use any more",
        defence="nothing happens without a click",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=page_that_takes_the_paper_when_opened,
        margin=0.25,
        bite=0.5,
        trials=1,
        trials_without=1,
        claims=PEOPLE,
        slow=True,
        fault=_fault,
    ),
)
