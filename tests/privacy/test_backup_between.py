"""Three databases are read one after another; what ends in between stays ended (decision 030)."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.backups.backup import make_backup
from app.extensions import ballots, identity, keys
from app.jobs.attempts import attempt
from app.jobs.retention import keep_no_longer
from app.jobs.upkeep import shuffle_storage
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.ballots.comment import Comment
from app.models.identity.share import Share
from app.people.forgetting import forget_person
from app.people.service import person_by_address
from app.vault import KeyGoneError, current_vault
from config import Settings
from tests import databases, rounds
from tests.applications import FixedClock
from tests.faults.storage import left_of
from tests.rounds import COMMENTED, OpenRound

STORES = {"identity": identity, "ballots": ballots, "keys": keys}
ERASED = "north.2@example.org"
BACKUPS = 2


@pytest.fixture
def both(past_and_open: tuple[OpenRound, OpenRound]) -> tuple[OpenRound, OpenRound]:
    """A round of the past, and the next one, which nine have answered."""
    _, opened = past_and_open
    rounds.answer(opened, sorted(opened.links)[:9], COMMENTED)
    return past_and_open


@contextmanager
def restored_from(
    folder: Path, settings: Settings, template: Settings, clock: FixedClock, *more: str
) -> Iterator[Flask]:
    """Another machine, on SQLite, to which a backup was brought back."""
    fresh = databases.copied_sqlite(template, folder.with_name(f"on {folder.name}"))
    fresh = replace(fresh, master_key=settings.master_key, secret_key=settings.secret_key)
    made = create_app(fresh, clock=clock, mailer=MemoryMailer())
    with made.app_context():
        rounds.run(made, "restore", str(folder), *more)
        yield made
        databases.dispose_engines()


def back_up(folder: Path, now: datetime, between: Callable[[], None]) -> None:
    """Make a backup, and do something right after the people were read, before the rest is."""
    done: list[bool] = []

    def say(line: str) -> None:
        if line.startswith("identity") and not done:
            done.append(True)
            between()

    make_backup(folder, STORES, now, say, with_keys=True)
    assert done


def test_what_ends_between_two_databases_is_as_it_was_before_or_gone(
    app: Flask,
    settings: Settings,
    sqlite_template: Settings,
    both: tuple[OpenRound, OpenRound],
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    past, opened = both
    copy, wishes, now = tmp_path / "copy", tmp_path / "wishes", clock.now()

    def between() -> None:
        rounds.close(opened)  # with comments of its own, under a key that stays
        assert "kept" in {one.purpose for one in current_vault().wrappings()}
        current_vault().destroy_kept(past.pool_id)
        with identity.begin() as session:
            gone = person_by_address(session, current_vault().roster_key(), ERASED)
            assert gone is not None
            forget_person(session, gone.id, now, "operator")

    back_up(copy, now, between)
    rounds.run(app, "people", "wishes", str(wishes))
    clock.move_to(now)
    with restored_from(copy, settings, sqlite_template, clock, "--wishes", str(wishes)) as machine:
        # The key that was destroyed meanwhile is not in it, though the comments are.
        assert left_of(past.pool_id)["comments"] > 0
        with pytest.raises(KeyGoneError):
            current_vault().kept_key(past.pool_id)
        # The round that closed meanwhile is open in it, so it holds nothing of its end.
        assert left_of(opened.pool_id) == {}
        run_due_work(current_workplace())
        states = [
            one["state"] for one in json.loads(rounds.run(machine, "rounds", "list", "--json"))
        ]
        assert sorted(states) == ["aborted", "closed", "open"]
        with identity.read() as session:
            key = current_vault().roster_key()
            assert person_by_address(session, key, ERASED) is None
        clock.advance(days=800)
        keep_no_longer(current_workplace())
        assert left_of(past.pool_id) == {}


def test_backups_in_a_row_while_everything_goes_on_can_each_be_restored(
    app: Flask,
    settings: Settings,
    sqlite_template: Settings,
    both: tuple[OpenRound, OpenRound],
    clock: FixedClock,
    mailer: MemoryMailer,
    tmp_path: Path,
) -> None:
    past, opened = both
    stop, wrong = threading.Event(), list[BaseException]()

    def work(act: Callable[[int], None]) -> threading.Thread:
        def go_on() -> None:
            with app.app_context():
                for number in range(100):
                    if stop.is_set():
                        break
                    try:
                        act(number)
                    except Exception as error:  # whatever it is fails the test
                        wrong.append(error)
                        break

        thread = threading.Thread(target=go_on)
        thread.start()
        return thread

    left = sorted(opened.links)[9:]
    folder = tmp_path / "rosters"
    folder.mkdir()

    def answer(number: int) -> None:
        rounds.answer(opened, left[number : number + 1], COMMENTED)

    def import_and_launch(number: int) -> None:
        roster = rounds.roster_csv({"North": 11})
        _, _, more = rounds.roster_csv({"South": 6}, f"Program {number}").partition("\n")
        rounds.import_people(app, folder, roster + more)
        rounds.launch(app, mailer, f"Program {number}")
        attempt("lay anew", partial(shuffle_storage, current_workplace()))  # while a backup reads

    threads = [work(answer), work(import_and_launch)]
    copies = [tmp_path / f"copy {number}" for number in range(BACKUPS)]
    for copy in copies:
        # Not by its command, which would mix what it prints with what the threads' commands do.
        make_backup(copy, STORES, clock.now(), lambda _line: None, with_keys=True)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    results = rounds.results(app, past)
    for copy in copies:
        with restored_from(copy, settings, sqlite_template, clock) as machine:
            rounds.run(machine, "audit", "check")
            assert rounds.results(machine, past) == results
            assert _count(identity, Share) == _count(ballots, Ballot) == 0
            assert _count(ballots, Comment) == len(past.links)
            assert current_vault().count_that_open().keys() == {"open"}
            run_due_work(current_workplace())
            listed = json.loads(rounds.run(machine, "rounds", "list", "--json"))
            states = {one["state"] for one in listed}
            assert states <= {"open", "aborted", "closed"}, states
            assert states >= {"open", "aborted", "closed"}


def _count(store: object, table: type) -> int:
    with store.read() as session:  # type: ignore[attr-defined]
        return session.scalar(select(func.count()).select_from(table)) or 0
