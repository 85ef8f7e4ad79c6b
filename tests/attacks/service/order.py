"""A thief of both databases pairs papers with ballots by where they lie. Protocol 4."""

import secrets
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from unittest.mock import patch

from app.jobs.upkeep import shuffle_storage
from app.jobs.workplace import current_workplace
from crypto import links, receipts
from tests.attacks.frame import Attack
from tests.attacks.service.stage import (
    POSTGRESQL,
    SQLITE,
    Stage,
    fault_of,
    members_of,
    rows,
    stage,
)
from tests.privacy.stored import by_place
from tests.rounds import GOOD, OpenRound

TEAMS, TEAM = 12, 9
Order = dict[int, tuple[object, ...]]  # of what lies where, by cell


@dataclass
class Truth:
    """A seed for who answers before whom; whose ballot is whose is known once it was played."""

    seed: float
    kind: str
    whose: dict[bytes, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """By cell, in the order in which they lie: who took papers, and the serials of ballots."""

    papers: Order
    serials: Order


def invent(kind: str, rng: Random) -> Truth:
    """Return teams of nine."""
    return Truth(rng.random(), kind)


def show(truth: Truth) -> Seen:
    """Return what lies where once everybody has answered, one after the other."""
    with stage(truth.kind) as service:
        opened = service.launch({f"Team {number}": TEAM for number in range(TEAMS)})
        team = members_of(opened)
        truth.whose.clear()
        cells = {}
        for address in Random(truth.seed).sample(team, len(team)):
            receipt = service.answer(opened, address, GOOD)
            serial = receipts.serial_of(receipts.withdrawal_of(receipt, opened.pool_id))
            truth.whose[serial] = address
            # With every key and k papers, the thief reads the cell inside the ballot.
            cells[serial] = opened.links[address].cell
        assert shuffle_storage(current_workplace())
        return Seen(_papers(service, opened), _by_cell(_ballots(service), cells))


def _papers(service: Stage, opened: OpenRound) -> Order:
    """Return who took papers, in the order in which the traces of that lie."""
    people = {
        links.token_hash(opened.pool_id, link.token, link.cell): who
        for who, link in opened.links.items()
    }
    taken = rows("identity", "SELECT blinded_hash, token_hash FROM invitation WHERE state='taken'")
    # The hash of the blinded value comes with the paper: it lies where the paper was written.
    whose = {bytes(blinded): people[bytes(token)] for blinded, token in taken}
    if service.kind == SQLITE:
        files = service.files()
        # Each paper puts a page into the journal until that is emptied.
        heap = files.get("identity.sqlite3-wal", b"") + files["identity.sqlite3"]
        placed = by_place(list(whose), heap)
    else:
        placed = _by_transaction("identity", "blinded_hash", "invitation")
    return _by_cell(
        [whose[blinded] for blinded in placed],
        {who: link.cell for who, link in opened.links.items()},
    )


def _ballots(service: Stage) -> list[bytes]:
    """Return the serials of ballots in the order in which they lie."""
    if service.kind == POSTGRESQL:
        return _by_transaction("ballots", "serial", "ballot")
    # What is too long for a page overflows to one behind those of the ballots before it.
    ends = {
        bytes(sealed)[-64:]: bytes(serial)
        for serial, sealed in rows("ballots", "SELECT serial, sealed FROM ballot")
    }
    return [ends[end] for end in by_place(list(ends), service.files()["ballots.sqlite3"])]


def _by_transaction(store: str, column: str, table: str) -> list[bytes]:
    """Return a column in the order of the transactions that PostgreSQL notes with each row."""
    order = "ORDER BY xmin::text::bigint, ctid"
    query = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL {order}"
    return [bytes(row[0]) for row in rows(store, query)]


def _by_cell(things: list, cells: dict) -> Order:
    found = defaultdict(list)
    for thing in things:
        found[cells[thing]].append(thing)
    return {cell: tuple(entries) for cell, entries in found.items()}


def hide(seen: Seen) -> Seen:
    """Return the same without any order."""
    draw = secrets.SystemRandom().sample
    return replace(
        seen, serials={cell: draw(all_, len(all_)) for cell, all_ in seen.serials.items()}
    )


def claim(seen: Seen) -> dict[object, object]:
    """Return the j-th person of a paper for the j-th ballot, cell by cell."""
    claimed: dict[object, object] = {}
    for cell, serials in seen.serials.items():
        claimed |= dict(zip(serials, seen.papers[cell], strict=True))
    return claimed


def score(truth: Truth, claimed: dict[object, object]) -> float:
    """Return the share of ballots whose author is right."""
    right = sum(claimed[serial] == who for serial, who in truth.whose.items())
    return right / len(truth.whose)


@contextmanager
def left_as_written() -> Iterator[None]:
    """Leave everything where it was written."""
    with (
        patch("app.jobs.upkeep.shuffle_ballots", lambda engine, known: None),
        patch("app.jobs.upkeep.shuffle_papers", lambda engine, known: None),
    ):
        yield


def _attack(kind: str) -> Attack:
    files = "the files, journals included, of" if kind == SQLITE else "the tables' files of"
    return Attack(
        name=f"papers and ballots paired by place, {kind}",
        role="thief of all databases and keys",
        given=f"{files} a round on {kind} of teams of {TEAM}, all of whom answered",
        best="pairs the j-th paper of a team with its j-th ballot: the author of each ballot",
        defence="files laid anew",
        invent=partial(invent, kind),
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=left_as_written,
        margin=0.18,
        bite=0.5,
        trials=4,
        trials_without=2,
        claims=TEAMS,
        tolerance=0.15,
        slow=True,
        fault=partial(fault_of, kind),
    )


ATTACKS = tuple(_attack(kind) for kind in (SQLITE, POSTGRESQL))
