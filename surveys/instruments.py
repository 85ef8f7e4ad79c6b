"""Load the published sets of items, each with its source, licence and scoring."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from surveys.errors import (
    InvalidFormError,
    ItemChoiceError,
    ScheduleError,
    UnknownInstrumentError,
)
from surveys.form_wire import item_from_wire
from surveys.items import Form, Item, SupportLine, Text
from surveys.sentences import said

PULSE, OWN_CHANGE, PEER_SKILLS, SESSION = "pulse", "own_change", "peer_skills", "session"
FEWEST_PULSE_ITEMS = 3  # the pulse is 3 to 6 of its items
_ORDER = (PULSE, OWN_CHANGE, "ons4", "who5", PEER_SKILLS, SESSION)


@dataclass(frozen=True)
class Instrument:
    """A published set of items.

    :ivar kind: "check-in", "peer feedback" or "session".
    :ivar source: where it comes from; what is a citation stands alike in each language.
    :ivar notice: what has to be shown beside it: attribution, or that it is unvalidated.
    :ivar scoring: name of the scoring; "items" when each item stands alone.
    :ivar recall_days: how far back the questions ask; None if they ask of now.
    :ivar every_weeks: the usual cadence; `least_weeks` the shortest allowed.
    :ivar default_items: ids of the items that a new form starts with.
    :ivar on: whether new programs are offered it without an admin's choice.
    """

    id: str
    kind: str
    title: Text
    source: Text
    licence: str
    notice: Text
    validated: bool
    scoring: str
    recall_days: int | None
    every_weeks: int | None
    least_weeks: int | None
    on: bool
    default_items: tuple[str, ...]
    items: tuple[Item, ...]

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Return the ids of its items, in its own order."""
        return tuple(item.id for item in self.items)


def _load(name: str) -> Instrument:
    text = (files("surveys") / "data" / "instruments" / f"{name}.json").read_text("utf-8")
    fields = json.loads(text)
    fields["items"] = tuple(item_from_wire(item) for item in fields["items"])
    fields["default_items"] = tuple(fields["default_items"])
    return Instrument(**fields)


@cache
def catalogue() -> tuple[Instrument, ...]:
    """Return every instrument that is shipped, the default first."""
    return tuple(_load(name) for name in _ORDER)


def instrument(instrument_id: str) -> Instrument:
    """Return one instrument.

    :raises UnknownInstrumentError: if none has this id.
    """
    for entry in catalogue():
        if entry.id == instrument_id:
            return entry
    raise UnknownInstrumentError


def form_of(
    entry: Instrument, support: Sequence[SupportLine], item_ids: Sequence[str] | None = None
) -> Form:
    """Return a form with the instrument's items in the instrument's own order.

    :param item_ids: which of its items; None for those it starts with.
    :raises InvalidFormError: if an id is not the instrument's.
    """
    wanted = set(entry.default_items if item_ids is None else item_ids)
    if not wanted <= {item.id for item in entry.items}:
        raise InvalidFormError
    items = tuple(item for item in entry.items if item.id in wanted)
    return Form(entry.title, items, tuple(support))


def offered() -> tuple[Instrument, ...]:
    """Return the check-ins that a program can choose, the default first."""
    return tuple(e for e in catalogue() if e.kind == "check-in" and e.id != OWN_CHANGE)


def choices_of(entry: Instrument) -> tuple[Item, ...]:
    """Return the questions of a check-in that can be left out; none of a set asked as a whole."""
    if entry.scoring != PULSE:
        return ()
    return tuple(item for item in entry.items if item.type != "comment")


def check_in(
    entry: Instrument,
    item_ids: Collection[str],
    *,
    own_change: bool = False,
    beside: Sequence[Item] = (),
) -> Form:
    """Return the form of a check-in, with an optional comment as all of them have.

    :param item_ids: which of `choices_of` it asks; a set that is asked as a whole ignores them.
    :param own_change: whether the pulse asks people for their own change, too.
    :param beside: further questions after the set's own.
    :raises ItemChoiceError: if the pulse would have fewer than three questions.
    """
    comment = tuple(item for item in instrument(PULSE).items if item.type == "comment")
    if not choices_of(entry):
        has_own = any(item.type == "comment" for item in entry.items)
        return Form(entry.title, (*entry.items, *beside, *(() if has_own else comment)))
    asked = tuple(item for item in choices_of(entry) if item.id in item_ids)
    if len(asked) < FEWEST_PULSE_ITEMS:
        raise ItemChoiceError
    if own_change:
        asked += instrument(OWN_CHANGE).items
    return Form(entry.title, (*asked, *beside, *comment))


def check_rhythm(entry: Instrument, last_opened: datetime, opens_at: datetime) -> None:
    """Check that a set that is off by default is not sent by hand more often than it allows.

    A day less is let pass: no hour is the same each time.

    :raises ScheduleError: if it is.
    """
    if entry.on or entry.least_weeks is None:
        return
    if opens_at - last_opened < timedelta(weeks=entry.least_weeks, days=-1):
        raise _too_often(entry.least_weeks)


def check_cadence(entry: Instrument, every_weeks: int) -> None:
    """Check that an instrument is not asked more often than its recall window allows.

    :raises ScheduleError: if it is.
    """
    if entry.least_weeks is not None and every_weeks < entry.least_weeks:
        raise _too_often(entry.least_weeks)


def _too_often(least_weeks: int) -> ScheduleError:
    return ScheduleError(
        said("These questions may be asked every %(number)s weeks at most.", number=least_weeks)
    )
