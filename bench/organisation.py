"""An organisation of 300 programs with two years of rounds and of alerts, and as many people."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import insert

from app.accounts.directory import make_account
from app.clock import current_clock
from app.extensions import identity
from app.forms.service import current_form
from app.models.columns import random_id
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.form import Form as FormRow
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.people.personal import sealed_columns
from app.vault import current_vault
from surveys.form_wire import form_from_wire
from tests.releases import EVERY, Answered, tabulated

PROGRAMS, ROUNDS, PEOPLE = 300, 52, 20
ROSTER = 50_000
ADMINS = 5
SHARE_FALLING = 0.1
_FAMILIES = ("Aalto", "Berg", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad")


def fill(rng: Random, programs: int = PROGRAMS, rounds: int = ROUNDS) -> list[str]:
    """Return the ids of so many programs, each with people, a schedule, rounds and alerts."""
    names = [random_id() for _ in range(programs)]
    now = current_clock().now()
    with identity.begin() as session:
        form = current_form(session)
        session.execute(insert(Program), [_program(at, name) for at, name in enumerate(names)])
        session.execute(insert(Schedule), [_schedule(name, now) for name in names])
    _add_people(names)
    tables = _tables(form)
    first = now.replace(minute=0, second=0, microsecond=0) - rounds * EVERY - timedelta(days=3)
    with identity.begin() as session:
        for name in names:
            falls = rng.random() < SHARE_FALLING
            _add_rounds(session.execute, name, form.id, tables, (first, rounds), rng, falls=falls)
    _add_alerts(names, rng, now.date())
    return names


def _program(at: int, name: str) -> dict[str, object]:
    return {"id": name, "name": f"Program {at:03}", "time_zone": "Europe/Berlin"}


def _schedule(program: str, now: datetime) -> dict[str, object]:
    next_at = now + timedelta(days=9)
    return {"program_id": program, "weekday": 0, "local_time": "09:00", "next_at": next_at}


def _add_people(programs: list[str]) -> None:
    """Fill the roster; the first people are the programs' members."""
    key = current_vault().roster_key()
    people, members = [], []
    for number in range(ROSTER):
        person = random_id()
        name = f"{_FAMILIES[number % len(_FAMILIES)]} {number}"
        columns = sealed_columns(key, person, name, f"person.{number}@corp.example")
        people.append({"id": person, "time_zone": "UTC", **columns})
        if number < len(programs) * PEOPLE:
            program = programs[number // PEOPLE]
            members.append({"program_id": program, "person_id": person, "role": "member"})
    with identity.begin() as session:
        session.execute(insert(Person), people)
        session.execute(insert(Membership), members)


def _add_alerts(programs: list[str], rng: Random, today: date) -> None:
    """Give each program two alerts that are over, and one of ten an open one, with actions."""
    owners = _add_admins()
    alerts: list[dict[str, object]] = []
    actions: list[dict[str, object]] = []
    for program in programs:
        for ago in (500, 200):
            alerts.append(_alert(program, rng, owners, today - timedelta(days=ago), over=True))
        if rng.random() < SHARE_FALLING:
            alerts.append(_alert(program, rng, owners, today - timedelta(days=20), over=False))
    for alert in alerts:
        for days in (10, 25)[: rng.randrange(3)]:
            due = date.fromisoformat(str(alert["raised_on"])) + timedelta(days=days)
            actions.append({"alert_id": alert["id"], "words": b"sealed", "due_on": due})
    with identity.begin() as session:
        session.execute(insert(Alert), alerts)
        session.execute(insert(AlertAction), [{"id": random_id(), **one} for one in actions])


def _add_admins() -> list[str]:
    """Return the ids of some admins who own alerts."""
    key = current_vault().roster_key()
    with identity.begin() as session:
        made = [make_account(session, key, f"admin.{at}@corp.example") for at in range(ADMINS)]
        for account in made:
            account.admin = True
        return [account.id for account in made]


def _alert(
    program: str, rng: Random, owners: list[str], day: date, *, over: bool
) -> dict[str, object]:
    return {
        "id": random_id(),
        "program_id": program,
        "level": rng.choice(("declining", "major")),
        "state": "recovered" if over else rng.choice(("raised", "seen", "owned", "acted on")),
        "raised_on": day,
        "closed_on": day + timedelta(days=60) if over else None,
        "owner_id": rng.choice((None, *owners)),
        "evidence": {
            "sentence": "Wellbeing in this program has probably fallen since the round of 4 May.",
            "fallen": 12.5,
            "since": (day - timedelta(days=14)).isoformat(),
            "rounds": 24,
            "standing": rng.choice(("declining", "recovering")),
            "certainty": "likely",
            "chance": 5.0,
        },
    }


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
    when: tuple[datetime, int],
    rng: Random,
    *,
    falls: bool,
) -> None:
    """Add closed, released rounds, one every two weeks.

    :param when: when the first opened, and how many there are.
    """
    first, rounds = when
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
