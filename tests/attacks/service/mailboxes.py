"""Readers of the mailboxes pair two comments of one person. Protocol, Two-way reply."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random
from unittest.mock import patch

from crypto import receipts
from crypto.receipts import Mailbox
from tests.attacks.frame import Attack

AUTHORS = 9
QUESTIONS = ("keep_doing", "try_next")
POOL = bytes(range(16))
WINDOW = 8


@dataclass
class Truth:
    """Each author's place in either list of mailboxes."""

    seed: float
    places: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """The mailboxes of the comments to two questions, shuffled, as the database has them."""

    first: tuple[Mailbox, ...]
    second: tuple[Mailbox, ...]


def invent(rng: Random) -> Truth:
    """Return nine authors, each with a comment to both questions."""
    return Truth(rng.random())


def show(truth: Truth) -> Seen:
    """Return what stands beside the comments."""
    rng = Random(truth.seed)
    boxes = [_both(receipts.new_receipt()) for _ in range(AUTHORS)]
    left, right = (rng.sample(range(AUTHORS), AUTHORS) for _ in QUESTIONS)
    truth.places = [(left.index(author), right.index(author)) for author in range(AUTHORS)]
    return Seen(
        tuple(boxes[author][0] for author in left), tuple(boxes[author][1] for author in right)
    )


def _both(receipt: str) -> tuple[Mailbox, ...]:
    return tuple(
        receipts.make_mailbox(receipts.mailbox_access(receipt, POOL, question))
        for question in QUESTIONS
    )


def hide(seen: Seen) -> Seen:
    """Return lists of which the second says nothing."""
    nothing = Mailbox(b"", b"", b"", b"")
    return replace(seen, second=(nothing,) * AUTHORS)


def claim(seen: Seen) -> dict[int, int]:
    """Return a partner for each mailbox: whatever shares most bytes with it, else the next."""
    pairs = {}
    free = list(range(AUTHORS))
    for place, box in enumerate(seen.first):
        known = _windows(box)
        free.sort(key=lambda other: (-len(known & _windows(seen.second[other])), other))
        pairs[place] = free.pop(0)
    return pairs


def _windows(box: Mailbox) -> set[bytes]:
    """Return the runs of 8 bytes of a mailbox, and what two neighbours of its fields differ by."""
    parts = (box.id, box.auth, box.pub, box.key)
    mixed = [bytes(a ^ b for a, b in zip(one, two, strict=False)) for one, two in pairwise(parts)]
    return {
        part[at : at + WINDOW] for part in (*parts, *mixed) for at in range(len(part) - WINDOW + 1)
    }


def score(truth: Truth, claimed: dict[int, int]) -> float:
    """Return the share of authors whose two comments were put together."""
    return sum(claimed[left] == right for left, right in truth.places) / AUTHORS


@contextmanager
def one_mailbox_for_all_questions() -> Iterator[None]:
    """Derive every mailbox of a receipt alike."""
    access = receipts.mailbox_access
    alike = lambda receipt, pool_id, _item: access(receipt, pool_id, "")  # noqa: E731  # one line
    with patch.object(receipts, "mailbox_access", alike):
        yield


ATTACKS = (
    Attack(
        name="two comments of one author",
        role="thief of the ballots database",
        given=f"the mailboxes of {AUTHORS} authors who each answered two questions in words",
        best="compares every 8 bytes of ids, authenticators and keys: which two are one person's",
        defence="mailboxes derived for each question",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=one_mailbox_for_all_questions,
        bite=0.5,
        trials=150,
        trials_without=20,
        tolerance=0.04,
    ),
)
