"""A thief of a backup made while a round is open: who has answered by then? Protocol 4."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from unittest.mock import patch

from crypto.encoding import decode_base64url
from crypto.links import token_hash
from tests import rounds
from tests.attacks.frame import Attack
from tests.attacks.service.stage import members_of, stage

PEOPLE = 60


@dataclass
class Truth:
    """Half of those asked answer; which half is known once it was played."""

    seed: float
    answered: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Seen:
    """Who stands behind each invitation, and every line of the backup's files."""

    people: dict[bytes, str]
    lines: tuple[str, ...]


def invent(rng: Random) -> Truth:
    """Return a round's seed."""
    return Truth(rng.random())


def show(truth: Truth) -> Seen:
    """Return a backup that was made when half had answered."""
    with stage() as service:
        opened = service.launch({"North": PEOPLE})
        team = members_of(opened)
        truth.answered = set(Random(truth.seed).sample(team, PEOPLE // 2))
        for address in sorted(truth.answered):
            service.answer(opened, address, dict(rounds.GOOD))
        folder = service.folder / "backup"
        rounds.run(service.app, "backup", str(folder))
        lines = [
            line
            for path in sorted(folder.rglob("*"))
            if path.is_file()
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        people = {
            token_hash(opened.pool_id, opened.links[who].token, opened.links[who].cell): who
            for who in team
        }
        return Seen(people, tuple(lines))


def hide(seen: Seen) -> Seen:
    """Return the invited alone."""
    return replace(seen, lines=())


def claim(seen: Seen) -> set[str]:
    """Return who has answered: those whose invitation differs from most others in any column."""
    rows = dict(filter(None, (_invitation(seen, line) for line in seen.lines)))
    taken = {who for who, row in rows.items() if row["state"] == "taken" or row["blinded_hash"]}
    return taken or set(sorted(seen.people.values())[: len(seen.people) // 2])


def _invitation(seen: Seen, line: str) -> tuple[str, dict[str, object]] | None:
    try:
        row = json.loads(line)
        return seen.people[decode_base64url(row["token_hash"])], row
    except (ValueError, KeyError, TypeError):
        return None


def score(truth: Truth, claimed: set[str]) -> float:
    """Return the share of people of whom it is right whether they answered."""
    right = len(truth.answered & claimed) + PEOPLE - len(truth.answered | claimed)
    return right / PEOPLE


@contextmanager
def all_rows_as_they_are() -> Iterator[None]:
    """Back up every row as it stands."""
    with patch("app.backups.backup.harmless", lambda _table, row, _moment: row):
        yield


ATTACKS = (
    Attack(
        name="a backup made while a round is open",
        role="thief of a backup",
        given=f"every file of a backup made when half of {PEOPLE} people had answered",
        best="reads the invitations: who has answered",
        defence="backups leave out what tells",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=all_rows_as_they_are,
        margin=0.06,
        bite=0.3,
        trials=1,
        trials_without=1,
        claims=PEOPLE,
        slow=True,
    ),
)
