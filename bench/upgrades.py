"""`python -m bench.upgrades`: how long each migration keeps those who answer waiting.

A year of 300 programs and 50,000 people at an old revision is brought up to date one migration at
a time, while one writer takes papers and one casts ballots as the product does: a row each, and a
commit. One JSON object a line.
"""

import argparse
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

from alembic import command
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app import create_app, databases
from app.extensions import ballots, identity
from app.mail.mailer import MemoryMailer
from bench.installations import POSTGRESQL_KIND, SQLITE, fault_of, installation
from bench.years import LARGE, OPEN_POOL, SMALL, Size, fill_year, token
from tests.databases import dispose_engines
from tests.faults.ahead import folder_ahead

SEED = 7
_PAUSE_SECONDS = 0.002
_PAPER = text("UPDATE invitation SET cell = cell WHERE token_hash = :token")
_BALLOT = text("INSERT INTO ballot (pool_id, serial, sealed) VALUES (:pool, :serial, :sealed)")


@dataclass
class Writer:
    """What somebody who writes all the time had to wait for.

    :ivar longest: in seconds.
    """

    longest: float = 0.0
    written: int = 0
    refused: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)

    def write(self, engine: Engine, act: Callable[[Connection], object]) -> None:
        """Write until asked to end."""
        while not self._ended.is_set():
            begun = time.perf_counter()
            try:
                with engine.begin() as connection:
                    act(connection)
                self.written += 1
            except DBAPIError:  # SQLite's writer was held for longer than anybody waits
                self.refused += 1
            self.longest = max(self.longest, time.perf_counter() - begun)
            time.sleep(_PAUSE_SECONDS)

    def end(self) -> None:
        """Let it end after what it is doing."""
        self._ended.set()


@contextmanager
def writing(*writers: tuple[Engine, Callable[[Connection], object]]) -> Iterator[list[Writer]]:
    """Let writers write meanwhile, each in a thread."""
    told = [Writer() for _ in writers]
    threads = [
        threading.Thread(target=one.write, args=writer)
        for one, writer in zip(told, writers, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        yield told
    finally:
        for one in told:
            one.end()
        for thread in threads:
            thread.join()


def main() -> None:
    """Print what each migration cost, on both kinds of database."""
    parser = argparse.ArgumentParser(prog="python -m bench.upgrades", description=__doc__)
    parser.add_argument("--since", default="0001", help="the revision of the year's rows")
    parser.add_argument("--kind", choices=(SQLITE, POSTGRESQL_KIND), action="append")
    parser.add_argument("--small", action="store_true", help="hundreds of people, to try it")
    chosen = parser.parse_args()
    for kind in chosen.kind or (SQLITE, POSTGRESQL_KIND):
        if fault := fault_of(kind):
            parser.error(fault)
        for line in walk(kind, chosen.since, SMALL if chosen.small else LARGE):
            print(json.dumps({"kind": kind} | line), flush=True)


def walk(kind: str, since: str, size: Size) -> Iterator[dict[str, object]]:
    """Yield what each migration after a revision cost, and each kind of those that may come."""
    with (
        TemporaryDirectory() as folder,
        installation(kind) as installed,
        patch.object(databases, "MIGRATIONS", folder_ahead(Path(folder))),
        create_app(installed.settings, mailer=MemoryMailer()).app_context(),
    ):
        _migrate(since)
        engines = {None: identity.engine, "ballots": ballots.engine}
        begun = time.perf_counter()
        fill_year(engines, size, Random(SEED))
        yield {"filled": since, "seconds": round(time.perf_counter() - begun, 1)}
        for revision in _revisions_after(since):
            yield _measured(revision, size.people)
        dispose_engines()


def _measured(revision: str, people: int) -> dict[str, object]:
    numbers = cycle(range(people))

    def paper(connection: Connection) -> None:
        connection.execute(_PAPER, {"token": token(next(numbers))})

    def ballot(connection: Connection) -> None:
        cast = {"pool": OPEN_POOL, "serial": secrets.token_bytes(32), "sealed": bytes(1_100)}
        connection.execute(_BALLOT, cast)

    with writing((identity.engine, paper), (ballots.engine, ballot)) as (papers, cast):
        time.sleep(0.3)
        usual = papers.longest, cast.longest
        papers.longest = cast.longest = 0.0
        begun = time.perf_counter()
        _migrate(revision)
        seconds = time.perf_counter() - begun
        time.sleep(0.1)
    return {
        "revision": revision,
        "seconds": round(seconds, 2),
        "longest_paper_ms": round(1000 * papers.longest),
        "longest_ballot_ms": round(1000 * cast.longest),
        "usual_ms": [round(1000 * one) for one in usual],
        "refused": papers.refused + cast.refused,
    }


def _migrate(revision: str) -> None:
    config = current_app.extensions["migrate"].migrate.get_config(str(databases.MIGRATIONS))
    command.upgrade(config, revision)


def _revisions_after(revision: str) -> list[str]:
    scripts = ScriptDirectory(str(databases.MIGRATIONS))
    later = [script.revision for script in scripts.iterate_revisions("head", revision)]
    return list(reversed(later))


if __name__ == "__main__":
    main()
