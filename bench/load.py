"""`python -m bench.load --minutes N`: answer as fast as the machine holds while processes die.

On PostgreSQL, with two web processes and two workers, one of which is killed every few seconds and
started again. At the end what was acknowledged must be stored, and nothing twice.
"""

import argparse
import json
import multiprocessing
import statistics
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import cycle
from multiprocessing.connection import Connection

from sqlalchemy import func, select

from app.extensions import ballots, identity
from app.models.ballots.ballot import Ballot
from app.models.identity.invitation import Invitation
from app.models.identity.share import Share
from bench.answers import OpenPool, ballot_request, paper_request, prepared_answer
from bench.clients import Conversation, Reply, hold_all
from bench.installations import (
    POSTGRESQL_KIND,
    Installation,
    application_of,
    fault_of,
    free_port,
    installation,
    kill,
    start,
    wait_until_served,
)
from crypto.ballots import parse_input_msg
from crypto.client import signed
from crypto.encoding import decode_base64url
from crypto.links import Link

WEB_PROCESSES, WORKERS = 2, 2
CONNECTIONS = 8  # to each web process
MOST_A_SECOND = 400  # answers; so many are invited
EVERY_SECONDS = 8.0  # between two kills
_PAUSE_SECONDS = 0.05
_BROKEN, _BUSY = 0, 503
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi:application", "chorus")


@dataclass(frozen=True)
class Load:
    """What so many clients are to answer, and until when.

    :ivar until: as time.time says it; a request that is on its way then is brought to its end.
    """

    port: int
    pool_id: bytes
    manifest: bytes
    links: Sequence[Link] = field(repr=False)
    until: float


@dataclass
class Told:
    """What clients were told.

    :ivar milliseconds: of each reply that was no failure.
    :ivar replies: how many of each status; 0 stands for a connection that broke.
    """

    papers: int = 0
    serials: set[bytes] = field(default_factory=set)
    milliseconds: list[float] = field(default_factory=list)
    replies: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    :ivar lost: acknowledged ballots and papers that are not stored.
    :ivar twice: papers that were counted more often than an invitation was taken.
    :ivar refused: replies that nobody should get: neither stored, nor busy, nor a broken line.
    """

    seconds: float
    answers_a_second: float
    p50_ms: float
    p99_ms: float
    acknowledged_papers: int
    acknowledged_ballots: int
    stored_papers: int
    stored_ballots: int
    lost: int
    twice: int
    refused: int
    busy: int
    broken: int
    kills: int

    @property
    def good(self) -> bool:
        """Return whether nothing was lost, doubled or wrongly refused."""
        return not (self.lost or self.twice or self.refused)


def main() -> int:
    """Run, print the outcome as one JSON object, and fail if anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args().minutes
    fault = fault_of(POSTGRESQL_KIND)
    if fault:
        parser.error(fault)
    outcome = run(60 * minutes)
    print(json.dumps({"name": "load_postgresql"} | asdict(outcome)), flush=True)
    return 0 if outcome.good else 1


def run(seconds: float, every: float = EVERY_SECONDS) -> Outcome:
    """Return what so many seconds of answering and killing came to.

    :param every: seconds between two kills.
    """
    with installation(POSTGRESQL_KIND) as installed:
        with application_of(installed):
            pool = OpenPool(int(seconds * MOST_A_SECOND))
        with Parts(installed) as parts:
            told, taken, kills = _answered_under_fire(pool, parts, seconds, every)
        with application_of(installed):
            return _outcome(told, taken, kills)


class Parts(ExitStack):
    """Two web processes and two workers, any of which may be killed and started again."""

    def __init__(self, installed: Installation) -> None:
        super().__init__()
        self._installed = installed
        self.ports = [free_port() for _ in range(WEB_PROCESSES)]
        self._commands = [self._web(port) for port in self.ports]
        self._commands += [(*FLASK, "worker")] * WORKERS
        self._running = [start(command, installed.environment) for command in self._commands]
        self.callback(self._end)
        for process, port in zip(self._running, self.ports, strict=False):
            wait_until_served(process, port)

    def kill_one(self, number: int) -> None:
        """Kill a part as `kill -9` does, whatever it is doing, and start it again."""
        kill(self._running[number])
        self._running[number] = start(self._commands[number], self._installed.environment)

    def __len__(self) -> int:
        return len(self._commands)

    def _web(self, port: int) -> tuple[str, ...]:
        command = list(self._installed.command(port=port))
        command[command.index("--workers") + 1] = "1"
        return tuple(command)

    def _end(self) -> None:
        for process in self._running:
            kill(process)


def _answered_under_fire(
    pool: OpenPool, parts: Parts, seconds: float, every: float
) -> tuple[Told, float, int]:
    """Return what all clients were told, in how many seconds, and how often a part was killed."""
    lines = [_clients() for _ in parts.ports]
    for line in lines:
        line.recv()  # it has come up
    begun = time.time()
    for number, (line, port) in enumerate(zip(lines, parts.ports, strict=True)):
        own = pool.links[number :: len(lines)]
        line.send(Load(port, pool.pool_id, pool.manifest, own, begun + seconds))
    kills = 0
    for number in cycle(range(len(parts))):
        if time.time() + 2 * every > begun + seconds:
            break  # the last ones find all parts running
        time.sleep(every)
        parts.kill_one(number)
        kills += 1
    told = [line.recv() for line in lines]
    return _together(told), time.time() - begun, kills


def _clients() -> Connection:
    """Return the line to a process of clients, which says when it is ready for its load."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    spawn.Process(target=_answer_all, args=(theirs,), daemon=True).start()
    return ours


def _answer_all(line: Connection) -> None:
    line.send(None)
    load: Load = line.recv()
    told = Told()
    hold_all(load.port, _conversations(load, told), CONNECTIONS)
    line.send(told)


def _conversations(load: Load, told: Told) -> Iterator[Conversation]:
    for link in load.links:
        if time.time() > load.until:
            return
        yield _answer(load, link, told)


def _answer(load: Load, link: Link, told: Told) -> Conversation:
    """Answer as a browser does, which asks again for the same until it is told."""
    prepared = prepared_answer(load.pool_id, load.manifest, link)
    reply = yield from _until_told(paper_request(load.pool_id, link, prepared), told)
    if reply.status != 200:
        return
    told.papers += 1
    blind_sig = decode_base64url(json.loads(reply.body)["blind_sig"])
    signature = signed(load.manifest, prepared, blind_sig)
    reply = yield from _until_told(ballot_request(load.pool_id, prepared, signature), told)
    if reply.status in (200, 204):
        told.serials.add(parse_input_msg(prepared.input_msg).serial)


def _until_told(request: bytes, told: Told) -> Generator[bytes, Reply, Reply]:
    """Return the first reply that is an answer."""
    while True:
        reply = yield request
        told.replies[str(reply.status)] += 1
        if reply.status not in (_BROKEN, _BUSY):
            told.milliseconds.append(1000 * reply.seconds)
            return reply
        time.sleep(_PAUSE_SECONDS)


def _together(parts: Sequence[Told]) -> Told:
    return Told(
        papers=sum(part.papers for part in parts),
        serials=set().union(*(part.serials for part in parts)),
        milliseconds=[value for part in parts for value in part.milliseconds],
        replies=sum((part.replies for part in parts), Counter()),
    )


def _outcome(told: Told, seconds: float, kills: int) -> Outcome:
    """Return the outcome, as the databases say it."""
    with ballots.begin() as session:
        stored = set(session.scalars(select(Ballot.serial)))
    with identity.begin() as session:
        shares = session.scalar(select(func.count()).select_from(Share)) or 0
        taken = select(func.count()).select_from(Invitation).where(Invitation.state == "taken")
        papers = session.scalar(taken) or 0
    percentiles = statistics.quantiles(told.milliseconds, n=100, method="inclusive")
    expected = ("200", "204", str(_BUSY), str(_BROKEN))
    return Outcome(
        seconds=round(seconds, 1),
        answers_a_second=round(len(told.serials) / seconds, 1),
        p50_ms=round(percentiles[49], 1),
        p99_ms=round(percentiles[98], 1),
        acknowledged_papers=told.papers,
        acknowledged_ballots=len(told.serials),
        stored_papers=papers,
        stored_ballots=len(stored),
        lost=len(told.serials - stored) + max(0, told.papers - papers),
        twice=abs(shares - papers),
        refused=sum(count for status, count in told.replies.items() if status not in expected),
        busy=told.replies[str(_BUSY)],
        broken=told.replies[str(_BROKEN)],
        kills=kills,
    )


if __name__ == "__main__":
    sys.exit(main())
