"""The names on the roster, for masking them in comments (D8)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import Store
from app.models.identity.person import Person
from app.people.personal import open_name
from app.vault import Vault
from crypto import envelope
from surveys.masking import Masker


def names_on_roster(session: Session, roster_key: envelope.DataKey) -> list[str]:
    """Return the name of everyone on the roster, leavers too: they may still be written about."""
    rows = session.execute(select(Person.id, Person.name).order_by(Person.id))
    return [open_name(roster_key, row.id, row.name) for row in rows]


class RosterMask:
    """Hides the roster's names; the roster is read at the first text, and mostly never."""

    def __init__(self, identity: Store, vault: Vault) -> None:
        self._identity = identity
        self._vault = vault
        self._masker: Masker | None = None

    def __call__(self, text: str) -> str:
        """Return the text with names, addresses and numbers masked."""
        if self._masker is None:
            with self._identity.read() as session:
                self._masker = Masker(names_on_roster(session, self._vault.roster_key()))
        return self._masker.mask(text)
