"""What the form of a self-assessment says: shapes only."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from surveys.items import Item

WITHOUT = "without"


class NothingRatedError(Exception):
    """Nothing was chosen, nor to go on without."""

    def __init__(self) -> None:
        super().__init__(_("Choose a sentence for at least one skill, or go on without."))


def read_self_assessment(form: Mapping[str, str], skills: Sequence[Item]) -> dict[str, int]:
    """Return the ratings in a form; none where somebody chose to go on without.

    :raises NothingRatedError: if it has none although they didn't.
    """
    if WITHOUT in form:
        return {}
    ratings = {
        item.id: int(form[item.id]) for item in skills if form.get(item.id) in item.option_ids
    }
    if not ratings:
        raise NothingRatedError
    return ratings
