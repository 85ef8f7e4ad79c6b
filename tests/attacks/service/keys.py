"""A thief of everything at rest reads answers: before k papers, and after the close. Protocol 4, 5.

What was cast is copied before the close; the keys are those that are there when the thief comes.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from unittest.mock import patch

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from app.extensions import keys
from app.jobs.upkeep import shuffle_storage
from app.jobs.workplace import current_workplace
from app.vault import SEALED, Vault
from crypto import ballots as ballot_format
from crypto import envelope, links, receipts, sealing, sharing
from crypto.envelope import DataKey
from crypto.errors import CryptoError
from crypto.sharing import Share
from tests import rounds
from tests.attacks.frame import Attack
from tests.attacks.service.stage import (
    KINDS,
    SQLITE,
    Stage,
    fault_of,
    members_of,
    rows,
    stage,
)
from tests.privacy.stored import heap_of
from tests.privacy.wire import manifest_of
from tests.rounds import GOOD, OpenRound

K = 30  # so that one round has many answers to read
ENERGY = "pulse_energy"
USUAL = 4  # what GOOD says, and the best guess of whoever reads nothing
_BLOB_BYTES = 1 + 4 + 12 + 32 + 16  # a wrapped data key. Protocol 5


@dataclass
class Truth:
    """Each ballot's answer, known once it was played."""

    seed: float
    kind: str
    energy: dict[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """Sealed ballots by serial, the shares that came with papers, and what to open them with."""

    pool_id: bytes
    manifest: bytes
    sealed: dict[bytes, bytes]
    shares: tuple[tuple[bytes, bytes], ...]  # row id and encrypted share
    master: DataKey
    keys: bytes  # the keys database's bytes


def invent(kind: str, rng: Random) -> Truth:
    """Return a round's seed."""
    return Truth(rng.random(), kind)


def show(papers: int, close: bool, truth: Truth) -> Seen:
    """Return what the thief has once so many answered, and after the close if it came to that."""
    with stage(truth.kind) as service:
        opened = service.launch({"North": K + 1}, K)
        _answer(service, opened, truth, papers)
        manifest = manifest_of(opened.pool_id)
        sealed = _pairs("ballots", "SELECT serial, sealed FROM ballot")
        shares = _pairs("identity", "SELECT id, share FROM share WHERE share IS NOT NULL")
        if close:
            rounds.close(opened)
            assert shuffle_storage(current_workplace())  # the worker does so every few minutes
        return Seen(
            opened.pool_id,
            manifest,
            dict(sealed),
            tuple(shares),
            DataKey.from_master(service.settings.master_key),
            _keys_at_rest(service),
        )


def _answer(service: Stage, opened: OpenRound, truth: Truth, papers: int) -> None:
    rng = Random(truth.seed)
    truth.energy.clear()
    for address in rng.sample(members_of(opened), papers):
        energy = rng.randint(1, 5)
        receipt = service.answer(opened, address, {**GOOD, ENERGY: energy})
        withdrawal = receipts.withdrawal_of(receipt, opened.pool_id)
        truth.energy[receipts.serial_of(withdrawal)] = energy


def _pairs(store: str, query: str) -> list[tuple[bytes, bytes]]:
    return [(bytes(first), bytes(second)) for first, second in rows(store, query)]  # type: ignore[arg-type]


def _keys_at_rest(service: Stage) -> bytes:
    """Return every byte of the wrapped keys, those of deleted rows included."""
    if service.kind == SQLITE:
        return service.files()["keys.sqlite3"]
    return heap_of(keys.engine, service.settings, "keys", "data_key")


def hide(seen: Seen) -> Seen:
    """Return the same without any key."""
    return replace(seen, keys=b"")


def claim(seen: Seen) -> dict[bytes, int]:
    """Return what each ballot answers: read where it opens, guessed where it does not."""
    key = _pool_key(seen)
    return {serial: _energy(seen, key, serial) for serial in seen.sealed}


def _pool_key(seen: Seen) -> EllipticCurvePrivateKey | None:
    """Return the pool's key from all shares that can be read, however many they are."""
    for wrapping in _sealed_keys(seen):
        try:
            shares = [
                envelope.decrypt(
                    wrapping, blob, table="share", column="share", row=seen.pool_id + row
                )
                for row, blob in seen.shares
            ]
            scalar = sharing.combine([Share.from_bytes(share) for share in shares])
            return sealing.private_key_from_scalar(scalar)
        except CryptoError:
            continue
    return None


def _sealed_keys(seen: Seen) -> list[DataKey]:
    """Return the pool's sealed key, wherever in the bytes it stands, deleted or not."""
    start = b"\x01" + seen.master.id
    found = []
    at = seen.keys.find(start)
    while at >= 0:
        blob = seen.keys[at : at + _BLOB_BYTES]
        near = seen.keys[max(0, at - 40) : at]
        found += _unwrapped(seen, blob, {near[i : i + 4] for i in range(len(near) - 3)})
        at = seen.keys.find(start, at + 1)
    return found


def _unwrapped(seen: Seen, blob: bytes, ids: set[bytes]) -> list[DataKey]:
    context = SEALED.encode() + b"\0" + seen.pool_id
    for key_id in ids:
        try:
            return [envelope.unwrap(seen.master, blob, key_id=key_id, context=context)]
        except CryptoError:
            continue
    return []


def _energy(seen: Seen, key: EllipticCurvePrivateKey | None, serial: bytes) -> int:
    if key is None:
        return USUAL
    mh = links.manifest_hash(seen.manifest)
    try:
        padded = sealing.unseal(key, seen.sealed[serial], ballot_format.sealing_info(mh, serial))
    except CryptoError:
        return USUAL
    return int(msgspec.json.decode(padded.rstrip(b"\0"))["a"][ENERGY])


def score(truth: Truth, claimed: dict[bytes, int]) -> float:
    """Return the share of ballots whose answer is right."""
    right = sum(claimed.get(serial) == energy for serial, energy in truth.energy.items())
    return right / len(truth.energy)


@contextmanager
def fewer_shares_suffice() -> Iterator[None]:
    """Split the key so that one share fewer than k rebuilds it."""
    split = sharing.split
    with patch.object(sharing, "split", lambda secret, k, n: split(secret, k - 1, n)):
        yield


@contextmanager
def keys_are_kept() -> Iterator[None]:
    """Close without destroying the pool's keys."""
    with patch.object(Vault, "destroy_sealed", lambda vault, pool_id: None):
        yield


def _attack(
    kind: str,
    role: str,
    given: str,
    best: str,
    defence: str,
    papers: int,
    close: bool,
    without: Callable[[], object],
) -> Attack:
    return Attack(
        name=f"{role}, {kind}",
        role=role,
        given=f"{given}, on {kind}",
        best=best,
        defence=defence,
        invent=partial(invent, kind),
        show=partial(show, papers, close),
        hide=hide,
        claim=claim,
        score=score,
        without=without,  # type: ignore[arg-type]
        margin=0.06,
        bite=0.5,
        trials=2,
        trials_without=1,
        claims=K - 1,
        slow=True,
        fault=partial(fault_of, kind),
    )


def _attacks() -> Sequence[Attack]:
    found = []
    for kind in KINDS:
        found.append(
            _attack(
                kind,
                "thief of everything, before k",
                f"all databases and keys when k - 1 of {K} have answered",
                "rebuilds the key from all shares that are there: each answer",
                "k shares needed",
                K - 1,
                False,
                fewer_shares_suffice,
            )
        )
        found.append(
            _attack(
                kind,
                "thief of everything, after the close",
                "a copy of ballots and shares from before the close, and every key and byte of "
                "the keys database after it",
                "unwraps what lies in the raw bytes, deleted rows too: each answer",
                "keys destroyed at the close",
                K,
                True,
                keys_are_kept,
            )
        )
    return found


ATTACKS = tuple(_attacks())
