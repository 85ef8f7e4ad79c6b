"""How a visitor of the demo signs in; kept in the data folder, in development only."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import select

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.accounts.service import set_password
from app.demo.organisation import DOMAIN, PROGRAMS, VISITOR
from app.jobs.workplace import Workplace
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.people.personal import open_address

ADMIN = f"admin@{DOMAIN}"
_FILE = "demo.json"


@dataclass(frozen=True)
class Keyring:
    """Addresses of the demo's admin and of one mentor, and the admin's password."""

    admin: str
    password: str = field(repr=False)
    mentor: str

    def lines(self) -> list[str]:
        """Return how to look around, one sentence a line."""
        return [
            f"Employee: open the mail to {VISITOR} in the inbox and follow its link.",
            f"Admin:    sign in as {self.admin} with the password {self.password}",
            f"Mentor:   ask for a sign-in link for {self.mentor}; it comes to the inbox.",
        ]


def make_keyring(workplace: Workplace, password: str) -> Keyring:
    """Make the demo's admin and choose the mentor of the visitor's circle."""
    key = workplace.vault.roster_key()
    with workplace.identity.begin() as session:
        token = add_admin(session, key, workplace.now(), OPERATOR, ADMIN)
        mentor = session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .join(Group, Group.id == Membership.group_id)
            .join(Program, Program.id == Group.program_id)
            .where(Membership.role == "mentor", Program.name == PROGRAMS[0].name)
            .order_by(Group.name)
        ).first()
        if mentor is None:
            raise LookupError("The demo has a mentor in every circle.")
        address = open_address(key, mentor)
    set_password(workplace.identity, key, workplace.now(), token, password)
    return Keyring(ADMIN, password, address)


def keep_keyring(data: Path, keyring: Keyring) -> None:
    """Keep the keyring in the data folder, readable by its owner only."""
    path = data / _FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(keyring)), encoding="utf-8")


def kept_keyring(data: Path) -> Keyring | None:
    """Return the demo's keyring, or None where no demo was made."""
    path = data / _FILE
    if not path.exists():
        return None
    return Keyring(**json.loads(path.read_text(encoding="utf-8")))
