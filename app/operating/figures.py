"""Figures for whoever watches machines, as Prometheus reads them; none moves with an answer.

All are read when they are asked for; nothing is counted from request to request (decision 111).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.databases import standing_of
from app.extensions import Store
from app.health import answers
from app.jobs.turns import PRESENCE, WATCH, count_holders
from app.models.identity.notice import Notice
from app.models.identity.round import Round
from app.operating.checks import HARMLESS_NOTICES, due_since
from app.operating.facts import count_unreached, last_backup
from app.operating.machine import check_disk
from app.rounds.service import UNFINISHED
from config import Settings


@dataclass(frozen=True)
class Figure:
    """One figure: what it is, and its values by the words of one label, or without."""

    name: str
    meaning: str
    values: Mapping[str, float] = field(default_factory=dict)
    label: str = ""


def read_figures(
    engines: Mapping[str, Engine], store: Store, settings: Settings, now: datetime
) -> Iterator[Figure]:
    """Yield every figure; those that a database keeps are left out while it does not answer.

    :param engines: every database of this process by its name.
    """
    up = {name: answers(engine) for name, engine in engines.items()}
    yield Figure("chorus_database_up", "Whether a database answers.", _numbers(up), "database")
    current = {name: up[name] and standing_of(engine).works for name, engine in engines.items()}
    meaning = "Whether a database has a structure that this program can work with."
    yield Figure("chorus_database_current", meaning, _numbers(current), "database")
    # Not how much is free: on SQLite that would move with each ballot.
    short = check_disk(settings.data).verdict != "good"
    yield Figure("chorus_disk_short", "Whether the data folder's disk is nearly full.", one(short))
    if not all(current.values()):
        return
    try:
        yield from _workers(store)
        with store.read() as session:
            yield from _kept(session, now)
    except DBAPIError:
        return


def one(value: float) -> Mapping[str, float]:
    """Return the values of a figure that has one."""
    return {"": float(value)}


def _numbers(words: Mapping[str, bool]) -> dict[str, float]:
    return {word: float(value) for word, value in words.items()}


def _workers(store: Store) -> Iterator[Figure]:
    if store.engine.dialect.name != "postgresql":
        return
    with store.read_connection() as connection:
        workers, watches = (count_holders(connection, name) for name in (PRESENCE, WATCH))
    yield Figure("chorus_workers", "How many workers run.", one(workers))
    yield Figure("chorus_workers_on_watch", "How many of them are on watch: one.", one(watches))


def _kept(session: Session, now: datetime) -> Iterator[Figure]:
    oldest = min(due_since(session, now), default=now)
    late = max(0.0, (now - oldest).total_seconds())
    yield Figure(
        "chorus_work_overdue_seconds", "How long the oldest due work has waited.", one(late)
    )
    found = Counter(session.scalars(select(Round.state).where(Round.state.in_(UNFINISHED))))
    rounds = {state: float(found[state]) for state in UNFINISHED}
    yield Figure("chorus_rounds", "Rounds that are under way, by state.", rounds, "state")
    waiting = session.scalar(
        select(func.count()).select_from(Notice).where(Notice.kind.in_(HARMLESS_NOTICES))
    )
    meaning = "Mails about results, cancelled rounds and alerts that wait."
    yield Figure("chorus_notices_waiting", meaning, one(waiting or 0))
    unreached = count_unreached(session)
    yield Figure("chorus_people_unreached", "People whose mail came back.", one(unreached))
    made = last_backup(session)
    age = {} if made is None else one((now - made).total_seconds())
    yield Figure("chorus_backup_age_seconds", "How old the newest backup is.", age)


def as_text(figures: Iterator[Figure]) -> str:
    """Return figures in Prometheus's text format, version 0.0.4."""
    lines = []
    for figure in figures:
        lines += [f"# HELP {figure.name} {figure.meaning}", f"# TYPE {figure.name} gauge"]
        for word, value in figure.values.items():
            label = f'{{{figure.label}="{word}"}}' if figure.label else ""
            lines.append(f"{figure.name}{label} {value:g}")
    return "\n".join(lines) + "\n"
