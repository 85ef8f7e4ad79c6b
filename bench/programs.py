"""What an admin's pages cost in an organisation of 300 programs with two years of rounds."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from flask.testing import FlaskClient
from sqlalchemy import insert

from app.clock import current_clock
from app.extensions import identity
from app.forms.service import current_form
from app.models.columns import random_id
from app.models.identity.form import Form as FormRow
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.people.personal import sealed_columns
from app.results.kept import keep_standings
from app.vault import current_vault
from bench.pairs import Line, line
from bench.stage import fresh_application
from surveys.form_wire import form_from_wire
from tests import accounts
from tests.releases import EVERY, Answered, tabulated

PROGRAMS, ROUNDS, PEOPLE = 300, 52, 20
TIMES = 25
SLOWEST_PAGES_A_SECOND = 20.0  # 50 ms each
_ADMIN = "admin@corp.example"


def run() -> Iterator[Line]:
    """Yield the overview and a program's page, at the median; the limit is 50 ms each."""
    with fresh_application() as app:
        programs = fill(Random(7))
        with identity.begin() as session:
            keep_standings(session, current_clock().now().date())
        client = app.test_client()
        accounts.sign_in_admin(client, _ADMIN)
        yield _measured("overview_page", partial(_look, client, "/programs"))
        yield _measured("program_page", partial(_look, client, f"/programs/{programs[0]}"))


def _measured(name: str, look: Callable[[], None]) -> Line:
    times = []
    for _ in range(TIMES + 3):  # the first ones compile templates and statements
        begun = time.perf_counter()
        look()
        times.append(1000 * (time.perf_counter() - begun))
    rate = 1000 / statistics.median(times[3:])
    return line(name, rate, "pages/s", SLOWEST_PAGES_A_SECOND, rate / SLOWEST_PAGES_A_SECOND)


def _look(client: FlaskClient, path: str) -> None:
    with client.application.app_context():  # each request with its own, as when served
        assert client.get(path).status_code == 200


def fill(rng: Random, programs: int = PROGRAMS, rounds: int = ROUNDS) -> list[str]:
    """Return the ids of so many programs, each with people, a schedule and released rounds."""
    names = [random_id() for _ in range(programs)]
    with identity.begin() as session:
        form = current_form(session)
        session.execute(
            insert(Program),
            [
                {"id": name, "name": f"Program {at:03}", "time_zone": "Europe/Berlin"}
                for at, name in enumerate(names)
            ],
        )
        now = current_clock().now()
        session.execute(
            insert(Schedule),
            [
                {
                    "program_id": name,
                    "weekday": 0,
                    "local_time": "09:00",
                    "next_at": now + timedelta(days=9),
                }
                for name in names
            ],
        )
    _add_people(names)
    tables = _tables(form)
    with identity.begin() as session:
        for name in names:
            _add_rounds(session.execute, name, form.id, tables, rounds, rng)
    return names


def _add_people(programs: list[str]) -> None:
    key = current_vault().roster_key()
    people, members = [], []
    for at, program in enumerate(programs):
        for number in range(PEOPLE):
            person = random_id()
            address = f"person.{at}.{number}@corp.example"
            columns = sealed_columns(key, person, f"Person {number}", address)
            people.append({"id": person, "time_zone": "UTC", **columns})
            members.append({"program_id": program, "person_id": person, "role": "member"})
    with identity.begin() as session:
        session.execute(insert(Person), people)
        session.execute(insert(Membership), members)


def _tables(form: FormRow) -> list[dict[str, object]]:
    """Return what a close makes of a crowd that answers low, middling or high, or hardly."""
    asked = form_from_wire(form.body)
    crowds = [Answered(16, 4), Answered(16, 4, {"pulse_energy": 3}), Answered(16, 3), Answered(3)]
    return [
        tabulated(asked, [crowd], bytes(16), 5, None, at).tables for at, crowd in enumerate(crowds)
    ]


def _add_rounds(
    execute: Callable[..., object],
    program: str,
    form: str,
    tables: list[dict[str, object]],
    rounds: int,
    rng: Random,
) -> None:
    first = datetime(2024, 5, 3, 9, tzinfo=UTC)
    falls = rng.random() < 0.1
    made: list[dict[str, object]] = []
    pools: list[dict[str, object]] = []
    releases: list[dict[str, object]] = []
    for number in range(1, rounds + 1):
        closes = first + number * EVERY
        round_id, pool_id = random_id(), rng.randbytes(16)
        kind = 2 if falls and number > rounds - 4 else rng.choices((0, 1, 3), (6, 3, 1))[0]
        made.append(
            {
                "id": round_id,
                "program_id": program,
                "form_id": form,
                "number": number,
                "state": "closed",
                "k": 5,
                "opens_at": closes - timedelta(days=4),
                "closes_at": closes,
                "invited": PEOPLE,
            }
        )
        pools.append(
            {"pool_id": pool_id, "round_id": round_id, "state": "ended", "closes_at": closes}
        )
        releases.append(
            {
                "pool_id": pool_id,
                "state": "published",
                "closed_on": closes.date(),
                "tables": tables[kind],
            }
        )
    execute(insert(Round), made)
    execute(insert(Pool), pools)
    execute(insert(Release), releases)
