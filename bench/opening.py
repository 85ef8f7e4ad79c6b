"""Opening and counting a round by the product's own code, against the bare opening of its bytes."""

import json
import multiprocessing
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import insert, select

from app.extensions import ballots
from app.launching.manifest import form_bytes
from app.models.ballots.ballot import Ballot
from app.opening.unsealing import OpenedPool, open_ballots, read_pool
from bench.pairs import Line, compare
from bench.stage import application_in, data_folder, fresh_application, manifest_of, pulse
from crypto import ballots as ballot_format
from crypto import sealing
from crypto.encoding import encode_base64url
from surveys.ballot_size import MAILBOX_LENGTHS
from surveys.items import Form
from surveys.tally import Tally

BALLOTS = 2500
GROUPS = 40
COMMENTED = 0.3  # of all ballots
COMMENT = "The mentor listens well, but nobody helps with the release and the workload is too high."
TIMES = 7


@dataclass(frozen=True)
class SealedRound:
    """A round that waits for its close."""

    pool: OpenedPool
    key: EllipticCurvePrivateKey


def run() -> Iterator[Line]:
    """Yield two lines: one process against bare HPKE, and two processes against one."""
    with fresh_application() as app:
        rng = Random(7)
        rounds = [sealed_round(rng, BALLOTS), sealed_round(rng, BALLOTS)]
        yield _one_process(rounds[0])
        yield _two_processes(rounds, data_folder(app))


def _one_process(sealed: SealedRound) -> Line:
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    with ballots.connect() as connection:
        rows = [
            (content, ballot_format.sealing_info(sealed.pool.manifest_hash, serial))
            for serial, content in connection.execute(
                select(Ballot.serial, Ballot.sealed).where(Ballot.pool_id == sealed.pool.pool_id)
            )
        ]

    def bare() -> int:
        for content, info in rows:
            suite.decrypt(content, sealed.key, info)
        return len(rows)

    return compare(
        "open_round",
        "ballots/s",
        work=lambda: open_and_count(sealed),
        limit=bare,
        times=TIMES,
    )


def _two_processes(rounds: Sequence[SealedRound], folder: Path) -> Line:
    """Rounds are independent, so two workers close one each; the limit is one closing both."""
    with _opener(rounds, folder) as first, _opener(rounds, folder) as second:

        def together() -> int:
            first.send(0)
            second.send(1)
            return int(first.recv()) + int(second.recv())

        def alone() -> int:
            first.send(0)
            done = int(first.recv())
            first.send(1)
            return done + int(first.recv())

        return compare(
            "open_round_two_processes", "ballots/s", work=together, limit=alone, times=TIMES
        )


@contextmanager
def _opener(rounds: Sequence[SealedRound], folder: Path) -> Iterator[Connection]:
    """Give the line to a process of its own that opens the round whose number it is sent."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    pools = [entry.pool for entry in rounds]
    scalars = [sealing.scalar_of(entry.key) for entry in rounds]
    process = spawn.Process(target=_serve, args=(theirs, folder, pools, scalars), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        ours.send(None)
        process.join()


def _serve(
    line: Connection, folder: Path, pools: Sequence[OpenedPool], scalars: Sequence[int]
) -> None:
    rounds = [
        SealedRound(pool, sealing.private_key_from_scalar(scalar))
        for pool, scalar in zip(pools, scalars, strict=True)
    ]
    with application_in(folder).app_context():
        while (number := line.recv()) is not None:
            line.send(open_and_count(rounds[number]))


def open_and_count(sealed: SealedRound, *, without_comments: bool = False) -> int:
    """Return how many ballots were counted.

    :param without_comments: forget each ballot's comments at once.
    """
    tally = Tally(sealed.pool.form, len(sealed.pool.cells))
    for answers in open_ballots(ballots, sealed.pool, sealed.key):
        if answers is None:
            raise ValueError("A ballot of the bench does not fit its form.")
        tally.add(answers)
        if without_comments:
            tally.remarks.clear()
    return sum(tally.ballots)


def sealed_round(rng: Random, count: int, processes: int = 1) -> SealedRound:
    """Return a round of the pulse with `count` ballots in the database.

    They are sealed in the order of their serials, by which the database keeps them: so a round of
    millions is written from its beginning to its end.
    """
    form, key = pulse(), sealing.generate_key()
    pool_id, manifest = manifest_of(form, count, GROUPS, sealing.public_point(key))
    pool = read_pool(pool_id, manifest, form_bytes(form))
    serials = sorted(rng.randbytes(32) for _ in range(count))
    parts = [serials[start : start + BALLOTS] for start in range(0, count, BALLOTS)]
    seal = partial(_sealed_ballots, pool, form)
    if processes == 1:
        _store(map(seal, parts))
    else:
        with multiprocessing.get_context("spawn").Pool(processes) as others:
            _store(others.imap(seal, parts))
    return SealedRound(pool, key)


def _store(parts: Iterable[list[dict[str, bytes]]]) -> None:
    for rows in parts:
        with ballots.connect() as connection:
            connection.execute(insert(Ballot), rows)


def _sealed_ballots(
    pool: OpenedPool, form: Form, serials: Sequence[bytes]
) -> list[dict[str, bytes]]:
    """Return ballots under these serials; the same ones for the same serials, but for the seal."""
    rng, rows = Random(serials[0]), []
    point = sealing.public_key_from_point(pool.sealing_point)
    for serial in serials:
        padded = ballot_format.pad(_plaintext(form, rng), pool.pad)
        info = ballot_format.sealing_info(pool.manifest_hash, serial)
        sealed = sealing.seal(point, padded, info)
        rows.append({"pool_id": pool.pool_id, "serial": serial, "sealed": sealed})
    return rows


def _plaintext(form: Form, rng: Random) -> bytes:
    """Return a ballot as the browser writes it; some carry a comment and its mailbox."""
    values: dict[str, object] = {
        item.id: rng.choice(item.points) for item in form.items if item.type == "scale"
    }
    mailboxes = {}
    if rng.random() < COMMENTED:
        values["pulse_comment"] = COMMENT
        mailboxes["pulse_comment"] = {
            name: encode_base64url(secrets.token_bytes(size))
            for name, size in MAILBOX_LENGTHS.items()
        }
    content = {"v": 1, "cell": rng.randint(0, GROUPS), "a": values, "m": mailboxes}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
