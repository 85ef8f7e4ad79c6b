"""Every address and figure that can be read, once a minute, while people answer. D4."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from unittest.mock import patch

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import object_session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

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
from tests.attacks.service.stage import POSTGRESQL, SQLITE, Stage, fault_of, stage
from tests.rounds import OpenRound

CALM = 2  # minutes before the first answer, in which the attacker learns what moves anyway
MINUTES, ANSWERS = 24, 12
_OWN = re.compile(r'name="csrf_token"[^>]*value="[^"]*"|nonce="[^"]*"')
# Signing out ends the reading; static files and the developer's inbox tell no figures.
_LEFT_OUT = ("/sign-out", "/static", "/dev")


@dataclass(frozen=True)
class Minutes:
    """In which minutes somebody answered."""

    kind: str
    answered: tuple[bool, ...]


@dataclass(frozen=True)
class Polled:
    """What every address said, minute by minute, the calm ones first."""

    calm: tuple[Mapping[str, str], ...]
    minutes: tuple[Mapping[str, str], ...]


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
        opened = served.launch({"North": ANSWERS})
        readers = _readers(served)
        waiting = iter([address for address in opened.links if "mentor" not in address])
        calm = tuple(_minute(served, opened, readers) for _ in range(CALM))
        minutes = []
        for answered in truth.answered:
            if answered:
                rounds.answer(opened, [next(waiting)])
            minutes.append(_minute(served, opened, readers))
        return Polled(calm, tuple(minutes))


def _readers(served: Stage) -> dict[str, FlaskClient]:
    admin, mentor = served.browser(), served.browser()
    sign_in_admin(admin)
    sign_in_mentor(mentor, "mentor.north@example.org")
    return {"nobody": served.browser(), "admin": admin, "mentor": mentor}


def _minute(served: Stage, opened: OpenRound, readers: Mapping[str, FlaskClient]) -> dict[str, str]:
    """Return what everything says after a minute in which the worker was at work."""
    served.clock.advance(minutes=1)
    run_due_work(current_workplace())
    told = {"rounds list": rounds.run(served.app, "rounds", "list", "--json")}
    with identity.begin() as session:
        round_ = session.get_one(Round, opened.id)
        places = {
            "program_id": round_.program_id,
            "round_id": opened.id,
            "pool_id": encode_base64url(opened.pool_id),
            "group_id": session.scalars(select(Group.id)).one(),
        }
    for rule in served.app.url_map.iter_rules():
        address = _address(rule, places)
        if address is None:
            continue
        for name, reader in readers.items():
            answer = reader.get(address)
            told[f"{name} {address}"] = f"{answer.status_code} {_OWN.sub('', _text(answer))}"
    return told


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
    moved, last = [], seen.calm[-1]
    for minute in seen.minutes:
        moved.append(
            any(last.get(place) != text for place, text in minute.items() if place not in by_itself)
        )
        last = minute
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
        given=f"every address, page and command of the running service ({kind}), read once a "
        "minute while people answer",
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
