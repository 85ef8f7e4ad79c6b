"""What an admin's pages cost in an organisation of 300 programs with two years of rounds."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from flask.testing import FlaskClient

from app.clock import current_clock
from app.extensions import identity
from app.jobs.upkeep import keep_roster_in_order
from app.jobs.workplace import current_workplace
from app.results.kept import keep_standings
from bench.organisation import fill
from bench.pairs import Line, line
from bench.stage import fresh_application, postgresql_application
from tests import accounts
from tests.databases import postgresql_fault

TIMES = 25
SLOWEST_PAGES_A_SECOND = 20.0  # 50 ms each
_ADMIN = "admin@corp.example"


def run() -> Iterator[Line]:
    """Yield a line for each page, at the median; the limit is 50 ms each."""
    with fresh_application() as app:
        yield from _measured(app.test_client())


def run_postgresql() -> Iterator[Line]:
    """Yield the same on PostgreSQL, or nothing and a word on stderr where no server answers."""
    fault = postgresql_fault()
    if fault:
        print(f"left out: {fault}", file=sys.stderr)
        return
    with postgresql_application() as app:
        yield from _measured(app.test_client(), "_postgresql")


def _measured(client: FlaskClient, kind: str = "") -> Iterator[Line]:
    programs = fill(Random(7))
    with identity.begin() as session:
        keep_standings(session, current_clock().now().date())
    keep_roster_in_order(current_workplace())
    accounts.sign_in_admin(client, _ADMIN)
    pages = {
        "overview_page": "/programs",
        "program_page": f"/programs/{programs[0]}",
        "alert_desk": "/alerts",
        "calendar_page": "/calendar",
        "people_page": "/people",
    }
    for name, path in pages.items():
        rate = _pages_a_second(partial(_look, client, path))
        yield line(
            name + kind, rate, "pages/s", SLOWEST_PAGES_A_SECOND, rate / SLOWEST_PAGES_A_SECOND
        )


def _pages_a_second(look: Callable[[], None]) -> float:
    times = []
    for _ in range(TIMES + 3):  # the first ones compile templates and statements
        begun = time.perf_counter()
        look()
        times.append(time.perf_counter() - begun)
    return 1 / statistics.median(times[3:])


def _look(client: FlaskClient, path: str) -> None:
    with client.application.app_context():  # each request with its own, as when served
        assert client.get(path).status_code == 200
