"""An observer of the network recorded a launch: who is in which circle?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from unittest.mock import patch

from app.mail.letters import InvitationLetter
from app.mail.mailer import Mail
from crypto.encoding import decode_base64url
from tests.attacks.frame import Attack
from tests.attacks.service.stage import members_of, stage

CIRCLES = ("North", "South", "Upper", "Lower")  # of one length, and so are their addresses
SIZE = 15


@dataclass
class Truth:
    """The cell of each address, known once the round was launched."""

    cells: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """The mails in the order in which they went: to whom, and how long."""

    mails: tuple[tuple[str, int], ...]


def invent(_rng: Random) -> Truth:
    """Return a program of four circles."""
    return Truth()


def show(truth: Truth) -> Seen:
    """Return what went over the wire at a launch."""
    with stage() as service:
        opened = service.launch(dict.fromkeys(CIRCLES, SIZE))
        truth.cells = {who: opened.links[who].cell for who in members_of(opened)}
        return Seen(
            tuple(
                (mail.recipient, len(mail.content))
                for mail in service.mailer.mails
                if mail.recipient in truth.cells
            )
        )


def hide(seen: Seen) -> Seen:
    """Return the addresses alone, as if all mails were as long and went in no order."""
    people = sorted(who for who, _ in seen.mails)
    return Seen(tuple((who, 0) for who in Random(SIZE).sample(people, len(people))))


def claim(seen: Seen) -> dict[str, int]:
    """Return a cell for each address: by length beyond the address's own, then by order."""
    rest = {who: size - _own(seen, who) for who, size in seen.mails}
    ranked = sorted(rest, key=lambda who: (rest[who], [mail[0] for mail in seen.mails].index(who)))
    return {who: 1 + place // SIZE for place, who in enumerate(ranked)}


def _own(seen: Seen, who: str) -> int:
    """Return how much of a mail's length is that of its address: it stands there once."""
    return len(who) if any(size for _, size in seen.mails) else 0


def score(truth: Truth, claimed: dict[str, int]) -> float:
    """Return the share of people whose circle is right; the names of cells are the attacker's."""
    groups: dict[int, list[int]] = {}
    for who, cell in claimed.items():
        groups.setdefault(cell, []).append(truth.cells[who])
    right = sum(max(map(cells.count, set(cells))) for cells in groups.values())
    return right / len(truth.cells)


@contextmanager
def links_of_many_lengths() -> Iterator[None]:
    """Write the circle into the link, in as many signs as its number."""
    compose = InvitationLetter.compose

    def telling(letter: InvitationLetter, recipient: str, *, link: str, **more: str) -> Mail:
        code = decode_base64url(link.partition("#")[2])
        return compose(letter, recipient, link=link + "~" * (2 * code[54]), **more)

    with patch.object(InvitationLetter, "compose", telling):
        yield


ATTACKS = (
    Attack(
        name="circles read from a recorded launch",
        role="network observer",
        given=f"order, length and recipient of each mail of a launch to {len(CIRCLES)} circles of "
        f"{SIZE}",
        best="sorts by length beyond the address, then by order: who is in one circle",
        defence="links of one length, in random order",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=links_of_many_lengths,
        margin=0.2,
        bite=0.3,
        trials=4,
        trials_without=2,
        claims=len(CIRCLES) * SIZE,
        tolerance=0.15,
        slow=True,
    ),
)
