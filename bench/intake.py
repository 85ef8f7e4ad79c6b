"""Papers and ballots taken in a second over real HTTP, against a bare application's inserts."""

import multiprocessing
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from multiprocessing.connection import Connection

from bench.answers import Answer, OpenPool
from bench.bare import PATH, SIGNED_PATH, make_bare
from bench.clients import Conversation, Reply, hold_all, post
from bench.installations import (
    POSTGRESQL_KIND,
    SQLITE,
    Installation,
    application_of,
    fault_of,
    free_port,
    installation,
    running,
)
from bench.pairs import Line, line

CONNECTIONS = 16
EACH = 250  # papers, ballots, or both, of one measurement
TIMES = 5
SLOWEST_MILLISECONDS = 60.0  # 99 of 100 replies, at so many connections
_JSON_AROUND = len('{"name": "", "content": ""}') + 22


@dataclass
class Heard:
    """What clients met in one measurement."""

    seconds: float = 0.0
    good: int = 0
    bad: int = 0
    milliseconds: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return good replies a second."""
        return self.good / self.seconds

    def note(self, reply: Reply, *, good: bool) -> None:
        """Count one reply."""
        self.milliseconds.append(1000 * reply.seconds)
        self.good += good
        self.bad += not good

    def add(self, other: "Heard") -> None:
        """Take another measurement's replies to this one's."""
        self.seconds += other.seconds
        self.good += other.good
        self.bad += other.bad
        self.milliseconds += other.milliseconds


def run_sqlite() -> Iterator[Line]:
    """Yield the lines on SQLite."""
    yield from _run(SQLITE)


def run_postgresql() -> Iterator[Line]:
    """Yield the lines on PostgreSQL; none where no server runs."""
    if fault_of(POSTGRESQL_KIND) is None:
        yield from _run(POSTGRESQL_KIND)


def _run(kind: str) -> Iterator[Line]:
    """Yield papers and ballots each alone, both as people send them, and the slowest replies."""
    with installation(kind) as installed:
        with application_of(installed):
            pool = OpenPool(2 * EACH * (TIMES + 1))
            answers = list(pool.answers(pool.invited))
        make_bare(installed.urls["bare"])  # once: two processes would make its table twice
        with _both_served(installed) as (port, bare_port), _client() as client:
            turns = [_turn(client, port, bare_port, answers) for _ in range(TIMES + 1)][1:]
    yield _rate_line(f"intake_{kind}", "both", "bare", turns)
    yield _rate_line(f"intake_{kind}_papers", "papers", "bare", turns)
    yield _rate_line(f"intake_{kind}_ballots", "ballots", "bare", turns)
    yield _rate_line(f"intake_{kind}_beside_signing", "both", "signing", turns)
    slow = _percentile([turn["both"] for turn in turns], 99)
    yield line(
        f"intake_{kind}_p99",
        slow,
        f"ms, of papers and ballots, {CONNECTIONS} connections; ratio is baseline / value",
        SLOWEST_MILLISECONDS,
        SLOWEST_MILLISECONDS / slow,
    )


def _turn(client: Connection, port: int, bare_port: int, answers: list[Answer]) -> dict[str, Heard]:
    """Measure papers, ballots, both, bare inserts, and such with signatures, in turn."""
    alone, together = ([answers.pop() for _ in range(EACH)] for _ in range(2))
    sizes = [len(request) for one in together for request in (one.paper, one.ballot)]
    tasks: dict[str, tuple[Callable[[Heard], list[Conversation]], int]] = {
        "papers": (partial(_papers, alone), port),
        "ballots": (partial(_ballots, alone), port),
        "both": (partial(_both, together), port),
        "bare": (partial(_bare, sizes, (PATH, PATH)), bare_port),
        "signing": (partial(_bare, sizes, (SIGNED_PATH, PATH)), bare_port),
    }
    heard = {}
    for name, task in tasks.items():
        client.send(task)
        heard[name] = client.recv()
    return heard


def _rate_line(name: str, what: str, limit: str, turns: Sequence[dict[str, Heard]]) -> Line:
    """Return the line of one kind of work, with how long replies took and how many were wrong."""
    ratio = statistics.median(turn[what].rate / turn[limit].rate for turn in turns)
    heard = [turn[what] for turn in turns]
    unit = "papers and ballots" if what == "both" else what
    value = statistics.median(one.rate for one in heard)
    bare = statistics.median(turn[limit].rate for turn in turns)
    return line(name, value, f"{unit}/s", bare, ratio) | {
        "p50_ms": round(_percentile(heard, 50), 1),
        "p99_ms": round(_percentile(heard, 99), 1),
        "errors": sum(one.bad for one in heard),
    }


def _percentile(heard: Sequence[Heard], percent: int) -> float:
    every = [value for one in heard for value in one.milliseconds]
    return statistics.quantiles(every, n=100, method="inclusive")[percent - 1]


@contextmanager
def _both_served(installed: Installation) -> Iterator[tuple[int, int]]:
    """Give the ports of the product and of the bare application, on servers with one setting."""
    port, bare_port = installed.settings.port, free_port()
    bare = (*installed.command(port=bare_port)[:-1], "bench.bare:application")
    with (
        running(installed.command(), installed.environment, port),
        running(bare, installed.environment, bare_port),
    ):
        yield port, bare_port


@contextmanager
def _client() -> Iterator[Connection]:
    """Give the line to a process that holds the conversations it is sent, and says what it met."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_hold, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        ours.send(None)
        process.join()


def _hold(task_line: Connection) -> None:
    while (task := task_line.recv()) is not None:
        make, port = task
        heard = Heard()
        heard.seconds = hold_all(port, make(heard), CONNECTIONS)
        task_line.send(heard)


def _papers(answers: Sequence[Answer], heard: Heard) -> list[Conversation]:
    return [_paper(answer, heard) for answer in answers]


def _ballots(answers: Sequence[Answer], heard: Heard) -> list[Conversation]:
    return [_ballot(answer, heard) for answer in answers]


def _both(answers: Sequence[Answer], heard: Heard) -> list[Conversation]:
    return [_whole(answer, heard) for answer in answers]


def _bare(sizes: Sequence[int], paths: tuple[str, str], heard: Heard) -> list[Conversation]:
    return [_insert(path, size, heard) for path, size in zip(cycle(paths), sizes, strict=False)]


def _whole(answer: Answer, heard: Heard) -> Conversation:
    """Answer as a person does: the paper, then the ballot."""
    yield from _paper(answer, heard)
    yield from _ballot(answer, heard)


def _paper(answer: Answer, heard: Heard) -> Conversation:
    reply = yield answer.paper
    heard.note(reply, good=reply.status == 200 and answer.paper_reply in reply.body)


def _ballot(answer: Answer, heard: Heard) -> Conversation:
    reply = yield answer.ballot
    heard.note(reply, good=reply.status == 204)


def _insert(path: str, size: int, heard: Heard) -> Conversation:
    """Send a body that makes the request as long as the product's."""
    content = "c" * (size - _JSON_AROUND - len(post(path, b" " * size)) + size)
    reply = yield post(path, f'{{"name": "{"n" * 22}", "content": "{content}"}}'.encode())
    heard.note(reply, good=reply.status == 204)
