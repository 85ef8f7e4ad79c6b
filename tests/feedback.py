"""A feedback cycle under way, asked for and launched as the product does it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.clock import current_clock
from app.demo.respondent import links_in, respond
from app.extensions import identity
from app.forms.service import feedback_form
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import Mail, MemoryMailer
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.people.service import person_by_address
from app.programs.service import find_program
from app.rounds.cycles import request_cycle
from app.vault import current_vault
from crypto.links import Link
from surveys.lifecycle import BALLOT_GRACE
from tests import rounds

SKILLS = ("leadership", "interpersonal", "time_management", "collaboration", "communication")
GOOD: Mapping[str, object] = {f"skill_{name}": 4 for name in (*SKILLS, "functional")}


@dataclass(frozen=True)
class OpenCycle:
    """A cycle that was launched, and the links that each of its mails brought, by pool."""

    id: str
    mails: list[Mail] = field(repr=False)
    links: dict[str, dict[bytes, Link]] = field(repr=False)

    @property
    def pools(self) -> set[bytes]:
        """Return all pools to which links lead."""
        return {pool_id for of_rater in self.links.values() for pool_id in of_rater}


def request(about: str, days: Sequence[int] = (7,), program: str = rounds.PROGRAM) -> str:
    """Return the id of a cycle that the worker launches at its next look."""
    with identity.begin() as session:
        found = find_program(session, program)
        form = feedback_form(session)
        return request_cycle(session, found, form, about, current_clock().now(), days).id


def launch(mailer: MemoryMailer, about: str, days: Sequence[int] = (7,)) -> OpenCycle:
    """Launch a cycle by the worker and read its mails."""
    before = len(mailer.mails)
    cycle_id = request(about, days)
    work()
    assert cycle_state(cycle_id) == "open"
    return read(cycle_id, mailer.mails[before:])


def read(cycle_id: str, mails: Sequence[Mail]) -> OpenCycle:
    """Return a cycle with the links of these mails."""
    found = {mail.recipient: dict(links_in(mail.content)) for mail in mails}
    return OpenCycle(cycle_id, list(mails), found)


def work() -> None:
    """Let the worker do what is due."""
    run_due_work(current_workplace())


def cycle_state(cycle_id: str) -> str:
    """Return how far a cycle is."""
    with identity.read() as session:
        return session.get_one(FeedbackCycle, cycle_id).state


def rounds_of(cycle_id: str) -> list[Round]:
    """Return the rounds of a cycle, the shared one last."""
    with identity.read() as session:
        of_cycle = select(Round).where(Round.cycle_id == cycle_id)
        return list(session.scalars(of_cycle.order_by(Round.shared, Round.id)))


def pool_about(cycle_id: str, address: str | None) -> bytes:
    """Return the pool about the person with this address; about all who share one for None."""
    with identity.read() as session:
        subject = None
        if address is not None:
            person = person_by_address(session, current_vault().roster_key(), address)
            assert person is not None
            subject = person.id
        return session.scalars(
            select(Pool.pool_id)
            .join(Round, Round.id == Pool.round_id)
            .where(
                Round.cycle_id == cycle_id,
                Round.subject_id == subject if subject else Round.shared,
                Round.state != "aborted",
            )
        ).one()


def answer(
    cycle: OpenCycle,
    pool_id: bytes,
    addresses: Iterable[str],
    values: Mapping[str, object] = GOOD,
) -> list[str]:
    """Answer in a pool for each address and return the receipts."""
    now = current_clock().now()
    return [
        respond(rounds.doors(), pool_id, cycle.links[address][pool_id], values, now)
        for address in addresses
    ]


def close(cycle: OpenCycle) -> None:
    """Move the test's clock to the cycle's next closing time and let the worker do what is due."""
    ahead = min(entry.closes_at for entry in rounds_of(cycle.id) if entry.state == "open")
    current_clock().move_to(ahead + BALLOT_GRACE)  # type: ignore[attr-defined]
    work()
