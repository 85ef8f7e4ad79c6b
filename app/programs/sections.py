"""The overview cut into what can be looked through: a name, a state, or everything by need."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask_babel import gettext as _

from app.results.overview import Entry, by_name, standing_of
from app.results.overview_words import BY_NEED, STATE_NAMES
from app.results.standings import UNMONITORED, UNSCORED

ON_A_PAGE = 60  # cards of one section; a list of one state goes on by pages
FEW = 12  # programs that are looked at without folding any
_NAME_MOST = 120
_TOGETHER = (("declining", "watch"), *((state,) for state in BY_NEED[2:]))
_QUIET = (
    "learning",
    "steady",
    UNSCORED,
)  # what nobody has to look at comes folded, where there are many
# What stands for a state in an address.
_SLUGS = {UNMONITORED: "unmonitored", UNSCORED: "no-score"}
_STATES = {_SLUGS.get(state, state): state for state in BY_NEED}


@dataclass(frozen=True)
class Choice:
    """What is looked for: part of a name, a state, and after which name its page begins."""

    name: str = ""
    state: str | None = None
    after: str = ""


@dataclass(frozen=True)
class Chip:
    """A link to the programs of one state; `style` draws the state's shape."""

    label: str
    count: int
    query: str
    style: str
    chosen: bool


@dataclass(frozen=True)
class Section:
    """Programs of a state, or of both that need somebody; few programs are one without a title.

    :ivar page: at most a page of them; `more` is the query of the rest, empty if that is all.
    """

    title: str
    key: str
    page: tuple[Entry, ...]
    count: int
    style: str
    folded: bool
    more: str


def read_choice(arguments: Mapping[str, str]) -> Choice:
    """Return what is looked for; what nothing is known of chooses nothing."""
    return Choice(
        name=" ".join(arguments.get("q", "").split())[:_NAME_MOST],
        state=_STATES.get(arguments.get("state", "")),
        after=arguments.get("after", "")[:_NAME_MOST],
    )


def chips(programs: Sequence[Entry], choice: Choice) -> tuple[Chip, ...]:
    """Return a link for each state that some program has, and one for all."""
    counts = Counter(entry.word for entry in programs)
    everything = Chip(_("all"), len(programs), "", "", choice.state is None)
    return (
        everything,
        *(
            Chip(
                str(STATE_NAMES[state]),
                counts[state],
                _query(state=state),
                standing_of(state).style,
                choice.state == state,
            )
            for state in BY_NEED
            if counts[state]
        ),
    )


def sections(programs: Sequence[Entry], choice: Choice) -> tuple[Section, ...]:
    """Return what is looked for, by need; within a state by name."""
    wanted = choice.name.casefold()
    found = [
        entry
        for entry in programs
        if wanted in entry.name.casefold() and choice.state in (None, entry.word)
    ]
    if len(programs) <= FEW:
        return (Section("", "all", tuple(found), len(found), "", folded=False, more=""),)[
            : len(found)
        ]
    made = []
    for states in _TOGETHER:
        here = [entry for entry in found if entry.word in states]
        folded = not (wanted or choice.state) and states[0] in _QUIET
        if here:
            made.append(_section(states, here, choice, folded=folded))
    return tuple(made)


def _section(
    states: tuple[str, ...], found: Sequence[Entry], choice: Choice, *, folded: bool
) -> Section:
    ahead = [entry for entry in found if by_name(entry.name) > by_name(choice.after)]
    page, more = tuple(ahead[:ON_A_PAGE]), ""
    if len(ahead) > ON_A_PAGE:
        more = _query(q=choice.name, state=page[-1].word, after=page[-1].name)
    return Section(
        title=_("Need you") if len(states) > 1 else str(STATE_NAMES[states[0]]).capitalize(),
        key=_SLUGS.get(states[0], states[0]),
        page=page,
        count=len(found),
        style=standing_of(states[0]).style,
        folded=folded,
        more=more,
    )


def _query(**parts: str) -> str:
    """Return the query of an address, without what is empty."""
    named = {**parts, "state": _SLUGS.get(parts.get("state", ""), parts.get("state", ""))}
    return urlencode({name: value for name, value in named.items() if value})
