"""Say which rounds of a group somebody may look into. Whoever may see a cell is not in it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.account import Account
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.results.report import NoSuchReleaseError
from app.results.service import ReleasedRound


def mentor_since(session: Session, account_id: str, group_id: str) -> date | None:
    """Return the day on which an account's person came to mentor a group; None for always.

    :raises NoSuchReleaseError: if they don't mentor it now.
    """
    row = session.execute(
        select(Membership.since)
        .join(Person, Person.id == Membership.person_id)
        .join(Account, Account.address_lookup == Person.address_lookup)
        .where(
            Account.id == account_id,
            Membership.group_id == group_id,
            Membership.role == "mentor",
        )
    ).one_or_none()
    if row is None:
        raise NoSuchReleaseError
    return row.since


def admin_since(session: Session, account_id: str) -> date | None:
    """Return the day on which somebody of the roster was made an admin; None for always.

    Who was never on the roster has answered in nothing.
    """
    return session.scalar(
        select(Account.admin_since)
        .join(Person, Person.address_lookup == Account.address_lookup)
        .where(Account.id == account_id)
    )


def as_seen_since(rounds: Sequence[ReleasedRound], since: date | None) -> list[ReleasedRound]:
    """Return the rounds, without any group's cell where the reader may have answered in one.

    Who was in which cell is forgotten at the next launch, so the day decides: a round that had
    opened by then may hold the answer that she gave as a member. Protocol 2, Cell. Of a group's
    own round nothing is left then, so it is not there at all.

    :param since: when she came to read them; None for always.
    """
    if since is None:
        return list(rounds)
    return [
        entry if entry.opened_on > since else entry.without_groups()
        for entry in rounds
        if entry.opened_on > since or entry.group_id is None
    ]
