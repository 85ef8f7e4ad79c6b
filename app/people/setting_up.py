"""The way back for whoever adds people while they set up a program.

A request names the program alone; where it leads is one of the places that stand here.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.people.places import places_in
from app.people.service import UnknownPersonError


@dataclass(frozen=True)
class SettingUp:
    """A program that is being set up.

    :ivar enough: whether it has the people that a round needs.
    """

    program_id: str
    program: str
    enough: bool

    @property
    def choosing(self) -> str:
        """Return where a file is chosen for it."""
        return f"/people/import?setup={self.program_id}"

    def placing(self, person_id: str) -> str:
        """Return where somebody who was added is given a place in it."""
        return f"/people/{person_id}/place?program={self.program_id}&setup={self.program_id}"

    @property
    def people(self) -> str:
        """Return the step that leads to the import, and says how many are in it."""
        return f"/programs/{self.program_id}/setup/people"

    @property
    def after(self) -> str:
        """Return where it goes on after an import: the circles, or back where people are missing.

        A file may have brought nobody to this program, by a misspelled name for one.
        """
        return f"/programs/{self.program_id}/setup/circles" if self.enough else self.people


def setting_up(session: Session, program_id: str) -> SettingUp | None:
    """Return the program that is being set up; None if this is the id of none."""
    try:
        places = places_in(session, program_id)
    except UnknownPersonError:
        return None
    people = places.without_group + sum(group.members for group in places.groups)
    return SettingUp(places.program_id, places.program, people >= places.k)
