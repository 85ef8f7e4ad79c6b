"""A year of an organisation, in databases at any revision: no model of today writes a row.

Tables are reflected, so a row is what its table had room for at that revision. Nothing of a round
that is over stays but its release, its comments and, of the last one, who was asked: so a year is
large in rounds and comments, and invitations are those of one round and of the one that is open.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    insert,
)

OPEN_POOL = b"open" * 4
_FIRST = datetime(2025, 5, 5, 9, tzinfo=UTC)
_EVERY = timedelta(weeks=2)
_ROWS_AT_A_TIME = 5_000
_NEUTRAL: tuple[tuple[type, object], ...] = (
    (Boolean, False),
    (Integer, 0),
    (LargeBinary, b""),
    (JSON, []),
    (DateTime, _FIRST),
    (Date, _FIRST.date()),
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How large an organisation is: each program has its share of the people, asked each round."""

    programs: int
    people: int
    rounds: int


SMALL, LARGE = Size(3, 600, 6), Size(300, 50_000, 26)


def fill_year(engines: Mapping[str | None, Engine], size: Size, rng: Random) -> None:
    """Write a year's rows into migrated databases in which there are none of them.

    :param engines: by the bind's name; None is the people's.
    """
    year = _Year(size, rng)
    _write(engines[None], year.people())
    _write(engines["ballots"], year.comments())


def token(number: int) -> bytes:
    """Return the hash by which an invitation of the open pool is found."""
    return number.to_bytes(4, "big") + bytes(28)


def _write(engine: Engine, tables: Iterable[tuple[str, Iterable[Row]]]) -> None:
    known = MetaData()
    known.reflect(engine)
    for name, rows in tables:
        if name not in known.tables:
            continue
        columns = known.tables[name].columns
        remaining = iter(rows)
        while some := list(islice(remaining, _ROWS_AT_A_TIME)):
            with engine.begin() as connection:
                fitted = [{one.name: _value(one, row) for one in columns} for row in some]
                connection.execute(insert(known.tables[name]), fitted)


def _value(column: Column[Any], row: Row) -> object:
    """Return what a row says of a column, or something that says nothing."""
    if column.name in row or column.nullable:
        return row.get(column.name)
    return next((empty for kind, empty in _NEUTRAL if isinstance(column.type, kind)), "")


class _Year:
    """The rows, by their tables in an order that foreign keys allow."""

    def __init__(self, size: Size, rng: Random) -> None:
        self._size, self._rng = size, rng
        numbers = range(size.rounds)
        self._rounds = [(p, n) for p in range(size.programs) for n in numbers]
        self._pools = {at: self._rng.randbytes(16) for at in self._rounds}

    def people(self) -> Iterator[tuple[str, Iterable[Row]]]:
        """Yield the people's tables."""
        yield from self._programs()
        yield from self._rounds_and_pools()
        yield "invitation", self._closed_invitations()
        yield (
            "invitation",
            (
                self._invitation(OPEN_POOL, token(n), n) | {"state": "open"}
                for n in range(self._size.people)
            ),
        )

    def _programs(self) -> Iterator[tuple[str, Iterable[Row]]]:
        programs = range(self._size.programs)
        yield (
            "program",
            [
                {"id": f"p{p}", "name": f"Program {p}", "time_zone": "UTC", "k": 5, "open_days": 4}
                for p in programs
            ],
        )
        yield (
            "form",
            [{"id": "f", "instrument": "year", "version": 1, "kind": "check-in", "body": {}}],
        )
        yield "person", map(self._person, range(self._size.people))
        yield (
            "membership",
            (
                {"id": f"m{n}", "program_id": f"p{p}", "person_id": f"n{n}", "role": "member"}
                for p in programs
                for n in self._people_of(p)
            ),
        )
        yield (
            "audit_entry",
            (
                {"number": n, "at": _FIRST, "actor": "operator", "act": "looked", "subject": "x"}
                | {"digest": bytes(32)}
                for n in range(1, 1 + len(self._rounds))
            ),
        )

    def _rounds_and_pools(self) -> Iterator[tuple[str, Iterable[Row]]]:
        open_one = (0, self._size.rounds)
        invited = len(self._people_of(0))
        yield "round", map(self._round, self._rounds)
        yield "round", [self._round(open_one) | {"state": "open"}]
        yield "pool", map(self._pool, self._rounds)
        yield "pool", [self._pool(open_one) | {"state": "open"}]
        yield (
            "pool_cell",
            ({"pool_id": pool, "index": 0, "invited": invited} for pool in self._pools.values()),
        )
        yield "release", map(self._release, self._rounds)

    def _closed_invitations(self) -> Iterator[Row]:
        last = self._size.rounds - 1
        for p in range(self._size.programs):
            for number in self._people_of(p):
                yield self._invitation(self._pools[p, last], self._rng.randbytes(32), number)

    def _people_of(self, program: int) -> range:
        of_program = self._size.people // self._size.programs
        return range(program * of_program, (program + 1) * of_program)

    def comments(self) -> Iterator[tuple[str, Iterable[Row]]]:
        """Yield the tables of what was said: a tenth of those who were asked left a comment."""
        yield (
            "pool_public",
            (
                {"pool_id": pool, "manifest": bytes(1_500), "form": bytes(3_000), "state": "closed"}
                | {"takes_ballots_until": _FIRST}
                for pool in self._pools.values()
            ),
        )
        of_pool = self._size.people // self._size.programs // 10
        yield (
            "comment",
            (
                {
                    "pool_id": pool,
                    "id": self._rng.randbytes(16),
                    "cell": "program",
                    "item": "comment",
                }
                | {"text": bytes(120)}
                for pool in self._pools.values()
                for _ in range(of_pool)
            ),
        )
        yield (
            "ballot",
            (
                {"pool_id": OPEN_POOL, "serial": self._rng.randbytes(32), "sealed": bytes(1_100)}
                for _ in range(self._size.people // 5)
            ),
        )

    def _person(self, number: int) -> Row:
        return {
            "id": f"n{number}",
            "name": bytes(60),
            "address": bytes(70),
            "address_lookup": number.to_bytes(4, "big") + bytes(28),
            "time_zone": "UTC",
            "language": "en",
            "state": "active",
        }

    def _round(self, at: tuple[int, int]) -> Row:
        program, number = at
        opens = _FIRST + number * _EVERY
        return {
            "id": f"r{program}.{number}",
            "program_id": f"p{program}",
            "form_id": "f",
            "number": number,
            "state": "closed",
            "k": 5,
            "opens_at": opens,
            "closes_at": opens + timedelta(days=4),
            "nudged": number % 2 == 0,
            "reminders": number % 2,
        }

    def _pool(self, at: tuple[int, int]) -> Row:
        program, number = at
        pool = self._pools.get(at, OPEN_POOL)
        closes = _FIRST + number * _EVERY + timedelta(days=4)
        of_round = f"r{program}.{number}"
        return {"pool_id": pool, "round_id": of_round, "state": "ended", "closes_at": closes}

    def _release(self, at: tuple[int, int]) -> Row:
        tables = {"cells": {"program": {"values": [1.5] * 200}}}
        closed = (_FIRST + at[1] * _EVERY).date()
        pool = self._pools[at]
        return {"pool_id": pool, "state": "published", "closed_on": closed, "tables": tables}

    def _invitation(self, pool: bytes, found_by: bytes, number: int) -> Row:
        return {
            "token_hash": found_by,
            "pool_id": pool,
            "person_id": f"n{number}",
            "cell": 0,
            "share_commit": bytes(32),
            "state": "ended",
            "mailed": True,
            "nudged": number % 3 == 0,
            "reminders": int(number % 3 == 0),
        }
