"""What a round of a program would show, if it were launched now: "What would be shown?"."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.languages import speak
from app.launching.freeze import FrozenRoster, admins_on_the_roster, freeze_roster
from app.launching.manifest import cell_ids
from app.models.identity.program import Program
from app.people.service import RosterEntry, roster_of_program
from app.programs.groups import groups_of
from app.results.service import released_rounds
from crypto.envelope import DataKey
from surveys.cell_tree import ROOT_CELL, CellNode
from surveys.forecast import (
    ASSUMED_RESPONSE,
    SCENARIOS,
    Chances,
    PastRound,
    enough,
    forecast,
    frequency_words,
    likely_response,
)

NEVER = "always withheld"
_SELDOM = 0.5  # from here down advice is given
_BESIDE = 0.1  # so much less often than by its own answers: because of what stands beside it


@dataclass(frozen=True)
class CellForecast:
    """What would be seen of the program, or of one of its groups, in words.

    :ivar asked: how many would be asked in it; what admins can count on the roster themselves.
    """

    name: str
    asked: int
    totals: str
    low: str
    high: str
    comments: str
    advice: tuple[str, ...]


@dataclass(frozen=True)
class ProgramForecast:
    """The whole page.

    :ivar response: how many of a hundred are likely to answer, to the nearest five.
    :ivar assumed: whether that is a guess, because nothing of the program is released yet.
    """

    program_id: str
    program: str
    k: int
    asked: int
    response: int
    assumed: bool
    low: int
    high: int
    rows: tuple[CellForecast, ...]


@dataclass(frozen=True)
class _Runs:
    """Three simulated responses: likely, low and high."""

    asked: int
    response: float
    likely: Mapping[str, Chances]
    low: Mapping[str, Chances]
    high: Mapping[str, Chances]


def program_forecast(
    session: Session,
    program: Program,
    roster_key: DataKey,
    mail_domains: Collection[str],
    today: date,
) -> ProgramForecast:
    """Return what a round launched today would show.

    It reads the roster, which admins know, and releases; nothing of a round that is open.

    :raises TooFewPeopleError: if fewer than k can be asked.
    """
    roster = roster_of_program(session, roster_key, program.id, today)
    frozen = freeze_roster(roster, program.k, mail_domains, admins_on_the_roster(session))
    known = likely_response(_past(session, program.id))
    runs = _run(frozen, program.k, ASSUMED_RESPONSE if known is None else known)
    small = _sizes_of_small_groups(roster, frozen)
    rows = [_whole(frozen, runs)]
    for group in groups_of(session, program):
        if group.id in frozen.groups:
            cell = frozen.groups.index(group.id) + 1
            rows.append(_group(group.name, frozen.invited_in(cell), str(cell), program.k, runs))
        else:
            rows.append(_small(group.name, small[group.id], program.k))
    return ProgramForecast(
        program_id=program.id,
        program=program.name,
        k=program.k,
        asked=len(frozen.invitees),
        response=5 * round(20 * runs.response),
        assumed=known is None,
        low=round(100 * SCENARIOS[0]),
        high=round(100 * SCENARIOS[1]),
        rows=tuple(rows),
    )


def _past(session: Session, program_id: str) -> list[PastRound]:
    """Return what releases tell of the response: bands, and 0 where the program was withheld."""
    return [
        PastRound(entry.cell().get("ballots", {}).get("n_from", 0), entry.invited, entry.k)
        for entry in released_rounds(session, program_id)
    ]


def _run(frozen: FrozenRoster, k: int, response: float) -> _Runs:
    counts = Counter(invitee.cell for invitee in frozen.invitees)
    invited = tuple(counts[at] for at in range(len(frozen.groups) + 1))
    likely, low, high = (_chances(invited, k, part) for part in (response, *SCENARIOS))
    return _Runs(len(frozen.invitees), response, likely, low, high)


@lru_cache(maxsize=64)  # a tenth of a second each, and the roster seldom changes
def _chances(invited: tuple[int, ...], k: int, response: float) -> Mapping[str, Chances]:
    """Return how often each cell would be shown; `invited` is by cell, the program's first."""
    name, *groups = cell_ids(len(invited) - 1)
    children = tuple(CellNode(group, at) for at, group in enumerate(groups, start=1))
    rng = Random(1)  # noqa: S311  # nosec B311  # a page that is looked at twice says the same
    return forecast(CellNode(name, 0, children), invited, k, response, rng=rng)


def _sizes_of_small_groups(roster: list[RosterEntry], frozen: FrozenRoster) -> Counter[str]:
    """Return how many members of each group would be asked in cell 0."""
    outside = {invitee.person_id for invitee in frozen.invitees if invitee.cell == 0}
    return Counter(
        entry.group_id
        for entry in roster
        if entry.group_id and entry.person_id in outside and not entry.mentor_group_ids
    )


def _whole(frozen: FrozenRoster, runs: _Runs) -> CellForecast:
    advice = []
    if runs.likely[ROOT_CELL].totals < _SELDOM:
        advice.append(_("Too few are asked in all. Two programs could be one."))
    return _row(_("The whole program"), len(frozen.invitees), ROOT_CELL, runs, tuple(advice))


def _group(name: str, asked: int, cell: str, k: int, runs: _Runs) -> CellForecast:
    return _row(name, asked, cell, runs, tuple(_advice(asked, cell, k, runs)))


def _row(name: str, asked: int, cell: str, runs: _Runs, advice: tuple[str, ...]) -> CellForecast:
    return CellForecast(
        name=name,
        asked=asked,
        totals=frequency_words(runs.likely[cell].totals),
        low=frequency_words(runs.low[cell].totals),
        high=frequency_words(runs.high[cell].totals),
        comments=frequency_words(runs.likely[cell].comments),
        advice=advice,
    )


def _small(name: str, asked: int, k: int) -> CellForecast:
    missing = k - asked
    return CellForecast(
        name=name,
        asked=asked,
        totals=NEVER,
        low=NEVER,
        high=NEVER,
        comments=NEVER,
        advice=(
            ngettext(
                "At least %(k)s must be asked in it: %(num)d more person, or two circles as one. "
                "What its people answer is part of the program's result.",
                "At least %(k)s must be asked in it: %(num)d more people, or two circles as one. "
                "What its people answer is part of the program's result.",
                missing,
                k=k,
            ),
        ),
    )


def _because_of_others(others: int, k: int) -> str:
    """Return why a group with enough answers would still be withheld (D3), and what helps."""
    if others < k:
        return _(
            "Only %(others)s besides are asked in this program, mentors among them. Whenever one "
            "of them answers, the circle is withheld: what is left would be that one answer.",
            others=others,
        )
    return _(
        "It would often have enough answers and still be withheld, because too few others of the "
        "program would be left beside it. More answers from those without a circle of their own, "
        "mentors among them, help it too."
    )


def _advice(asked: int, cell: str, k: int, runs: _Runs) -> list[str]:
    """Return what would make a group visible more often, the easiest first."""
    often = runs.likely[cell].totals
    alone = enough(asked, k, runs.response)
    advice = []
    if often < _SELDOM and runs.high[cell].totals >= often + _BESIDE:
        told = speak(frequency_words(runs.high[cell].totals))
        said = _("More answers: if nine in ten answered, it would be seen %(often)s.", often=told)
        advice.append(said)
    if alone >= often + _BESIDE:
        advice.append(_because_of_others(runs.asked - asked, k))
    if often < _SELDOM:
        merged = speak(frequency_words(enough(2 * asked, k, runs.response)))
        advice.append(
            _(
                "As one circle with another of its size it would have enough %(often)s.",
                often=merged,
            )
        )
    if often < _SELDOM or alone >= often + _BESIDE:
        advice.append(
            _(
                "A round of its own has nobody beside it: enough would have answered %(often)s at "
                "the first closing time, and with a second and a third it waits for more.",
                often=speak(frequency_words(alone)),
            )
        )
    return advice
