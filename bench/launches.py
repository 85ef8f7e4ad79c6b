"""Whole launches over real SMTP: rosters frozen, keys made, rows written, mails sent and noted.

    python -m bench.launches --people 200000 --programs 40 --database postgresql

measures how a large organisation is launched; `python -m bench mail_launch` a small one, quickly.
"""

import argparse
import json
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from flask import Flask
from sqlalchemy import Connection, event, func, insert, select

from app.clock import current_clock
from app.extensions import identity
from app.forms.service import current_form
from app.jobs.launchers import Launchers
from app.jobs.workplace import Workplace, current_workplace
from app.launching.preparing import Ready, prepare_round
from app.launching.room import LaunchRoom
from app.launching.service import launch_round
from app.mail.mailer import Mail, SmtpMailer
from app.models.columns import random_id
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.personal import sealed_columns
from app.rounds.service import request_round
from app.side_by_side import side_by_side
from app.vault import current_vault
from bench.pairs import Line, compare, line
from bench.sink import sink
from bench.stage import fresh_application, postgresql_application

CONNECTIONS = 2
LAUNCHES_AT_ONCE = 4
PEOPLE, TIMES = 500, 3
GROUP = 8  # people
PAPERS_WAIT_MILLISECONDS = 15_000  # on SQLite, and then they are told to come again
MOST_MEGABYTES = 1_000
_MAIL = Mail(
    "chorus@example.org", "somebody@corp.example", b"Subject: finished\r\n\r\n" + b"x" * 9_000
)


def run() -> Iterator[Line]:
    """Yield one line: mails of whole launches a second, two connections each."""
    with fresh_application(), sink() as port:
        waiting = _programs(TIMES + 1, (TIMES + 1) * PEOPLE)
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", CONNECTIONS)
        workplace = current_workplace().with_mailer(mailer)
        yield compare(
            "mail_launch",
            "mails/s",
            work=lambda: _launch_one(workplace, waiting.pop()),
            limit=lambda: _send_finished(mailer, PEOPLE),
            times=TIMES,
        )


def main() -> int:
    """Launch a large organisation once and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.launches", description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--programs", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    stage = fresh_application if asked.database == "sqlite" else postgresql_application
    with stage() as app, sink() as port:
        for entry in _at_scale(app, asked.programs, asked.people, port):
            print(json.dumps(entry), flush=True)
    return 0


def _at_scale(app: Flask, programs: int, people: int, port: int) -> Iterator[Line]:
    mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", CONNECTIONS)
    for program in _programs(programs, people):
        _ask(program)
    some = min(people, 10_000)
    started = time.perf_counter()
    _send_finished(mailer, some)
    finished = some / (time.perf_counter() - started)
    before, most = _megabytes(), [0.0]
    began = time.perf_counter()
    with _prepared() as prepared, _longest_writes() as held:
        launchers = Launchers(app.app_context, LAUNCHES_AT_ONCE)
        launchers.launch_due(current_workplace().with_mailer(mailer))
        _wait_until_all_are_open(most)
        launchers.stop()
    seconds = time.perf_counter() - began
    with identity.read() as session:
        noted = session.scalar(select(func.count()).where(Invitation.mailed)) or 0
    assert noted == people, f"{noted} of {people} mails are noted."
    name = f"mail_launch_{people}_in_{programs}"
    grown, longest = max(most) - before, max(held) * 1000
    yield line(name, noted / seconds, "mails/s", finished, noted / seconds / finished)
    slowest = max(prepared)
    yield line(f"{name}_prepared", slowest, "s", seconds, seconds / slowest)
    yield line(
        f"{name}_writer",
        longest,
        "ms",
        PAPERS_WAIT_MILLISECONDS,
        PAPERS_WAIT_MILLISECONDS / longest,
    )
    yield line(f"{name}_memory", grown, "MB", MOST_MEGABYTES, MOST_MEGABYTES / grown)


def _programs(count: int, people: int) -> list[str]:
    """Return the ids of so many programs with groups, between which so many people are shared."""
    key = current_vault().roster_key()
    names = [random_id() for _ in range(count)]
    each = people // count
    groups = [(random_id(), name) for name in names for _ in range(each // GROUP)]
    rows, places = [], []
    for number in range(people):
        person, program = random_id(), number // each
        columns = sealed_columns(key, person, f"Person {number}", f"person.{number}@corp.example")
        rows.append({"id": person, "time_zone": "UTC", **columns})
        group, _ = groups[program * (each // GROUP) + (number % each) % (each // GROUP)]
        places.append(
            {"program_id": names[program], "group_id": group, "person_id": person, "role": "member"}
        )
    programs = [{"id": name, "name": f"Program {name}", "time_zone": "UTC"} for name in names]
    with identity.begin() as session:
        session.execute(insert(Program), programs)
        session.execute(
            insert(Group),
            [{"id": group, "program_id": name, "name": f"Group {group}"} for group, name in groups],
        )
        session.execute(insert(Person), rows)
        session.execute(insert(Membership), places)
    return names


def _ask(program: str) -> str:
    with identity.begin() as session:
        form = current_form(session)
        now = current_clock().now()
        return request_round(session, session.get_one(Program, program), form, now).id


def _launch_one(workplace: Workplace, program: str) -> int:
    launch_round(workplace.launch_room(), _ask(program))
    return PEOPLE


def _send_finished(mailer: SmtpMailer, count: int) -> int:
    """Send so many finished mails over as many connections as a launch has."""
    left = iter(range(count))
    turn = threading.Lock()

    def send() -> None:
        with mailer.connect() as connection:
            while True:
                with turn:
                    if next(left, None) is None:
                        return
                connection.send(_MAIL)

    side_by_side(send, CONNECTIONS)
    return count


@contextmanager
def _prepared() -> Iterator[list[float]]:
    """Give how many seconds each launch took until its first mail could go."""
    seconds: list[float] = []
    usual = prepare_round

    def timed(room: LaunchRoom, round_id: str) -> Ready:
        began = time.perf_counter()
        ready = usual(room, round_id)
        seconds.append(time.perf_counter() - began)
        return ready

    with patch("app.launching.service.prepare_round", timed):
        yield seconds


@contextmanager
def _longest_writes() -> Iterator[list[float]]:
    """Give how many seconds each transaction that may write had the identity database."""
    seconds: list[float] = [0.0]
    begun = threading.local()

    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("chorus_read_only", False)
        begun.at = None if reads else time.perf_counter()

    def commit(_connection: Connection) -> None:
        if begun.at is not None:
            seconds.append(time.perf_counter() - begun.at)

    engine = identity.engine
    event.listen(engine, "begin", begin)  # after the application's own: the lock is had by then
    event.listen(engine, "commit", commit)
    yield seconds
    event.remove(engine, "begin", begin)
    event.remove(engine, "commit", commit)


def _wait_until_all_are_open(megabytes: list[float]) -> None:
    while True:
        megabytes.append(_megabytes())
        with identity.read() as session:
            states = set(session.scalars(select(Round.state)))
        if states <= {"open"}:
            return
        assert states <= {"due", "launching", "open"}, states
        time.sleep(0.5)


def _megabytes() -> float:
    """Return how much memory this process has now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    sys.exit(main())
