"""Every address and figure that can be read, minute by minute, while people answer. D4."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from unittest.mock import patch

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import object_session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.sessions import FRESH
from app.extensions import identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.models.identity.group import Group
from app.models.identity.round import Round
from app.models.identity.share import Share
from crypto.encoding import encode_base64url
from tests import rounds
from tests.accounts import sign_in_admin, sign_in_mentor
from tests.attacks.frame import Attack
from tests.attacks.service.stage import POSTGRESQL, SQLITE, Stage, fault_of, members_of, stage
from tests.attacks.service.statements import watched
from tests.rounds import OpenRound

CALM = 2  # minutes before the first answer, in which the attacker learns what moves anyway
MINUTES, ANSWERS = 24, 12
_OWN = re.compile(r'name="csrf_token"[^>]*value="[^"]*"|nonce="[^"]*"')
# Signing out ends the reading; static files and the developer's inbox tell no figures.
_LEFT_OUT = ("/sign-out", "/static", "/dev")
_COMMAND = "rounds list"


@dataclass(frozen=True)
class Minutes:
    """In which minutes somebody answered."""

    kind: str
    answered: tuple[bool, ...]


@dataclass(frozen=True)
class Polled:
    """What every address said, minute by minute, the calm ones first.

    :ivar near: the places that read what an answer writes.
    """

    calm: tuple[Mapping[str, str], ...]
    minutes: tuple[Mapping[str, str], ...]
    near: frozenset[str]


def invent(kind: str):
    """Return a maker of minutes, half of them with an answer."""

    def make(rng: Random) -> Minutes:
        answered = [True] * ANSWERS + [False] * (MINUTES - ANSWERS)
        rng.shuffle(answered)
        return Minutes(kind, tuple(answered))

    return make


def show(truth: Minutes) -> Polled:
    """Return what admin, mentor, respondent and passer-by read of the running service."""
    with stage(truth.kind) as served:
        opened = served.launch({"North": ANSWERS + 1})
        waiting = iter(members_of(opened))
        with watched() as answering:
            rounds.answer(opened, [next(waiting)])
        scraper = _Scraper(served, opened, _readers(served), frozenset(answering.written))
        calm = tuple(scraper.everything() for _ in range(CALM))
        minutes = []
        for number, answered in enumerate(truth.answered):
            if answered:
                rounds.answer(opened, [next(waiting)])
            # Once somebody has answered, and at the very end, the others are looked at as well.
            whole = truth.answered.index(True) == number or number == MINUTES - 1
            minutes.append(scraper.everything() if whole else scraper.near())
        return Polled(calm, tuple(minutes), frozenset(scraper.places))


def _readers(served: Stage) -> dict[str, FlaskClient]:
    admin, mentor = served.browser(), served.browser()
    sign_in_admin(admin)
    sign_in_mentor(mentor, "mentor.north@example.org")
    # One's own page changes by itself some time after one has signed in: not while this goes on.
    served.clock.advance(minutes=FRESH.total_seconds() / 60)
    return {"nobody": served.browser(), "admin": admin, "mentor": mentor}


@dataclass
class _Scraper:
    """Reads the service a minute after the last time, with the worker at work in between.

    :ivar written: the tables that an answer writes.
    :ivar places: who reads what to come near these tables. What never reads them can't move with
        an answer but through something else, and that is looked for, too, if not every minute.
    """

    served: Stage
    opened: OpenRound
    readers: Mapping[str, FlaskClient]
    written: frozenset[str]
    places: set[str] = field(default_factory=lambda: {_COMMAND})

    def everything(self) -> dict[str, str]:
        """Return what every address says to everybody."""
        self._wait()
        told = {_COMMAND: self._listed()}
        for place, reader, address in self._addresses():
            with watched() as touched:
                told[place] = _said(reader, address)
            if touched.read & self.written:
                self.places.add(place)
        return told

    def near(self) -> dict[str, str]:
        """Return what those say that read what an answer writes."""
        self._wait()
        wanted = (entry for entry in self._addresses() if entry[0] in self.places)
        told = {place: _said(reader, address) for place, reader, address in wanted}
        return {_COMMAND: self._listed(), **told}

    def _wait(self) -> None:
        self.served.clock.advance(minutes=1)
        run_due_work(current_workplace())

    def _listed(self) -> str:
        return rounds.run(self.served.app, "rounds", "list", "--json")

    def _addresses(self) -> Iterator[tuple[str, FlaskClient, str]]:
        with identity.read() as session:
            places = {
                "program_id": session.get_one(Round, self.opened.id).program_id,
                "round_id": self.opened.id,
                "pool_id": encode_base64url(self.opened.pool_id),
                "group_id": session.scalars(select(Group.id)).one(),
            }
        for rule in self.served.app.url_map.iter_rules():
            address = _address(rule, places)
            if address is not None:
                for name, reader in self.readers.items():
                    yield f"{name} {address}", reader, address


def _said(reader: FlaskClient, address: str) -> str:
    answer = reader.get(address)
    return f"{answer.status_code} {_OWN.sub('', _text(answer))}"


def _text(answer: TestResponse) -> str:
    """Return what an answer says, a file's bytes as signs."""
    return answer.get_data().decode(errors="backslashreplace")


def _address(rule: Rule, places: Mapping[str, str]) -> str | None:
    """Return the address of a rule that reads, its places filled, or None if there is none."""
    if "GET" not in (rule.methods or ()) or rule.rule.startswith(_LEFT_OUT):
        return None
    if not rule.arguments <= places.keys():
        return None
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: places[found[1]], rule.rule)


def hide(seen: Polled) -> Polled:
    """Return the calm minutes alone, the last of them again and again."""
    return replace(seen, minutes=(seen.calm[-1],) * len(seen.minutes))


def claim(seen: Polled) -> tuple[bool, ...]:
    """Return in which minutes something moved that had not moved by itself."""
    by_itself = {
        place
        for earlier, later in zip(seen.calm, seen.calm[1:], strict=False)
        for place in later
        if earlier.get(place) != later[place]
    }
    moved, last = [], dict(seen.calm[-1])
    for minute in seen.minutes:
        found = {
            place
            for place, text in minute.items()
            if place not in by_itself and last.get(place) != text
        }
        # These are not read every minute, so a score of minutes would hide most of it.
        assert found <= seen.near, f"moves, though it reads nothing of an answer: {found}"
        moved.append(bool(found))
        last.update(minute)
    return tuple(moved)


def score(truth: Minutes, moved: tuple[bool, ...]) -> float:
    """Return the share of minutes that were told apart rightly."""
    right = [mine == theirs for mine, theirs in zip(truth.answered, moved, strict=True)]
    return sum(right) / len(right)


@contextmanager
def live_counts() -> Iterator[None]:
    """Let the overview count who has answered, as many such products do."""

    def counted(round_: Round) -> str:
        session = object_session(round_)
        assert session is not None
        return f"{session.scalar(select(func.count()).select_from(Share))} answered"

    with patch("app.results.overview.threshold_words", counted):
        yield


def _attack(kind: str) -> Attack:
    return Attack(
        name=f"counts scraped every minute, {kind}",
        role="admin",
        given=f"every address, page and command of the running service ({kind}) while people "
        "answer: what reads anything that an answer writes once a minute, the rest before, amid "
        "and after",
        best="what moves in a minute: whether somebody answered in it",
        defence="the overview counts answers",
        invent=invent(kind),
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=live_counts,
        margin=0.13,
        bite=0.3,
        trials=1,
        trials_without=1,
        claims=MINUTES,
        slow=True,
        fault=partial(fault_of, kind),
    )


ATTACKS = (_attack(SQLITE), _attack(POSTGRESQL))
