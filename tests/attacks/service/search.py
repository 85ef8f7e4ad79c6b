"""A thief of every file and log looks for a link with which to answer for somebody. Protocol 3."""

import base64
import binascii
import io
import quopri
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from random import Random
from unittest.mock import patch

from flask import current_app

from app.logs import configure_logs
from app.mail.mailer import Mail, MemoryMailer
from crypto import links
from tests.attacks.frame import Attack
from tests.attacks.service.stage import rows, stage

PEOPLE = 60
_TOKEN_BYTES = 16
_RUN = re.compile(rb"[A-Za-z0-9_+/-]{22,}")
_HEX = re.compile(rb"[0-9a-fA-F]{32,}")


@dataclass
class Truth:
    """How many were invited."""

    invited: set[bytes] = field(default_factory=set)


@dataclass(frozen=True)
class Seen:
    """Every byte that the service left behind, and how its invitations know their links."""

    pool_id: bytes
    cells: int
    hashes: frozenset[bytes]
    heap: bytes


def invent(_rng: Random) -> Truth:
    """Return a round that is about to be launched."""
    return Truth()


def show(truth: Truth) -> Seen:
    """Return files, journals and what was logged, at the most talkative level, after a launch."""
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(said), stage() as service:
        configure_logs("DEBUG")
        opened = service.launch({"North": PEOPLE})
        heap = b"\0".join(service.files().values()) + said.getvalue().encode()
        hashes = {bytes(row[0]) for row in rows("identity", "SELECT token_hash FROM invitation")}
        truth.invited = hashes
        return Seen(opened.pool_id, 2, frozenset(hashes), heap)


def hide(seen: Seen) -> Seen:
    """Return the same with nothing left behind."""
    return Seen(seen.pool_id, seen.cells, seen.hashes, b"")


def claim(seen: Seen) -> set[bytes]:
    """Return the invitations whose token stands somewhere, in whatever spelling."""
    found = set()
    for window in _windows(seen.heap):
        for cell in range(seen.cells):
            known = links.token_hash(seen.pool_id, window, cell)
            if known in seen.hashes:
                found.add(known)
    return found


def _windows(heap: bytes) -> set[bytes]:
    """Return every 16 bytes of the heap, as they stand and read as hex or base64."""
    found: set[bytes] = set()
    for piece in (heap, *_readings(heap), *_readings(quopri.decodestring(heap))):
        found |= {piece[at : at + _TOKEN_BYTES] for at in range(len(piece) - _TOKEN_BYTES + 1)}
    return found


def _readings(heap: bytes) -> Iterator[bytes]:
    for match in _RUN.finditer(heap):
        run = match[0].replace(b"-", b"+").replace(b"_", b"/")
        for at in range(4):
            whole = run[at : at + (len(run) - at) // 4 * 4]
            yield base64.b64decode(whole)
    for match in _HEX.finditer(heap):
        for at in (0, 1):
            whole = match[0][at : at + (len(match[0]) - at) // 2 * 2]
            yield binascii.unhexlify(whole)


def score(truth: Truth, claimed: set[bytes]) -> float:
    """Return the share of the invited in whose place the thief can answer."""
    return len(claimed) / len(truth.invited)


@contextmanager
def copies_of_what_was_sent() -> Iterator[None]:
    """Keep a copy of each mail as it goes out, as mail programs do."""
    send = MemoryMailer.send

    def keeping(mailer: MemoryMailer, mail: Mail) -> None:
        with (current_app.config["CHORUS"].data / "sent").open("ab") as sent:
            sent.write(mail.content)
        send(mailer, mail)

    with patch.object(MemoryMailer, "send", keeping):
        yield


ATTACKS = (
    Attack(
        name="links in files and logs",
        role="thief of disk and logs",
        given=f"every file, journal and log line (DEBUG) after a launch to {PEOPLE}",
        best="tries every 16 bytes, in any spelling, as a token: answers in somebody's place",
        defence="links are kept nowhere",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=copies_of_what_was_sent,
        margin=0.05,
        bite=0.5,
        trials=1,
        trials_without=1,
        claims=PEOPLE,
        slow=True,
    ),
)
