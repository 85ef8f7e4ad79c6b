"""Look at a program's released rounds and keep its one open episode true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.history import add_event
from app.models.identity.account import Account
from app.models.identity.alert import Alert
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.results.service import ReleasedScore, released_scores
from app.rounds.series import of_whole_program
from app.rounds.settling import owe_notices
from surveys.baselines import asked_alike, fleet_by_stretch
from surveys.disclosure import band_middle
from surveys.fleet import assess_fleet
from surveys.trends import Assessment, RoundPoint
from surveys.wording import alert_sentence, certainty_words, drop_points

WELLBEING = "wellbeing"
_WAITED_FOR = timedelta(days=1)  # a close that is stuck for longer holds no alert back


@dataclass(frozen=True)
class _Assessed:
    """How a program stands after the rounds since `began`, which all asked the same."""

    id: str
    assessment: Assessment
    points: Sequence[RoundPoint | None]
    began: date


def _point(entry: ReleasedScore) -> RoundPoint | None:
    score = entry.table
    if "withheld" in score:
        return None
    return RoundPoint(
        day=entry.closed_on,
        n=band_middle(score["n_from"], entry.k),
        invited=entry.invited,
        mean=score["mean"],
        sd=score["sd"],
        step=score["step"],
    )


def points_by_stretch(
    programs: Mapping[str, Sequence[ReleasedScore]],
) -> dict[str, list[RoundPoint | None]]:
    """Return the points of every program by its id, None for withheld scores.

    A program's points are those since it was first asked what it was asked last; earlier ones
    stand under names of their own, as for `fleet_by_stretch`.
    """
    fleet = fleet_by_stretch(programs, lambda entry: entry.basis)
    return {name: [_point(entry) for entry in entries] for name, entries in fleet.items()}


def fleet_points(session: Session) -> dict[str, list[RoundPoint | None]]:
    """Return the points of every program that has released a round, as `points_by_stretch`."""
    return points_by_stretch(released_scores(session))


def review_programs(session: Session, ended: datetime, today: date) -> None:
    """Look at every program after a round of one has closed or moved on; safe to repeat.

    Rounds that close at the same time are looked at together, after the last of them: what
    moved all programs alike is known only then.

    :param ended: the closing time that has passed.
    """
    # One at a time: of two that end at once, the later sees the other's.
    session.execute(select(Program.id).order_by(Program.id).with_for_update(key_share=True)).all()
    others = select(Round.id).where(
        of_whole_program(),
        Round.state == "open",
        Round.closes_at <= ended,
        Round.closes_at > ended - _WAITED_FOR,
    )
    if session.scalars(others).first() is None:
        for program in _assessed(session):
            _review(session, program, today)


def review_program(session: Session, program_id: str, today: date) -> None:
    """Raise, worsen or close one program's alert after a release; safe to repeat."""
    for program in _assessed(session):
        if program.id == program_id:
            _review(session, program, today)


def _assessed(session: Session) -> list[_Assessed]:
    scores = released_scores(session)
    fleet = points_by_stretch(scores)
    found = assess_fleet(fleet)
    return [
        _Assessed(
            program_id,
            found[program_id],
            fleet[program_id],
            asked_alike(entries, lambda entry: entry.basis)[0].closed_on,
        )
        for program_id, entries in scores.items()
    ]


def _review(session: Session, program: _Assessed, today: date) -> None:
    program_id, assessment, points = program.id, program.assessment, program.points
    open_alert = session.scalar(
        select(Alert)
        .where(Alert.program_id == program_id, Alert.signal == WELLBEING, Alert.closed_on.is_(None))
        .with_for_update()
    )
    if open_alert is not None and _asked_otherwise(open_alert, program.began):
        _close(session, open_alert, "ended", today)
        open_alert = None
    if assessment.probability is None:
        return  # learning, or the latest round is withheld: the state is frozen
    if assessment.state == "declining" and open_alert is None:
        _raise(session, program_id, assessment, points, today)
    elif open_alert is not None and assessment.state == "declining":
        if assessment.major and open_alert.level != "major":
            open_alert.level = "major"
            add_event(session, open_alert, "major", today)
            _tell_admins(session, open_alert)
        open_alert.evidence = _evidence(session, program_id, assessment, points)
    elif open_alert is not None and assessment.state == "recovering":
        open_alert.evidence = {**open_alert.evidence, "standing": assessment.state}
    elif open_alert is not None:
        _close(session, open_alert, assessment.outcome or "settled", today)


def _asked_otherwise(alert: Alert, began: date) -> bool:
    """Return whether other questions are asked since: nothing can tell how it would go on."""
    since = alert.evidence.get("since")
    return since is not None and date.fromisoformat(since) < began


def _close(session: Session, alert: Alert, state: str, today: date) -> None:
    alert.state, alert.closed_on = state, today
    add_event(session, alert, state, today)


def _raise(
    session: Session,
    program_id: str,
    assessment: Assessment,
    points: Sequence[RoundPoint | None],
    today: date,
) -> None:
    alert = Alert(
        program_id=program_id,
        level="major" if assessment.major else "declining",
        raised_on=today,
        evidence=_evidence(session, program_id, assessment, points),
    )
    session.add(alert)
    session.flush()
    add_event(session, alert, "raised", today)
    if assessment.major:  # any other waits for the weekly digest
        _tell_admins(session, alert)


def _evidence(
    session: Session,
    program_id: str,
    assessment: Assessment,
    points: Sequence[RoundPoint | None],
) -> dict[str, Any]:
    program = session.get_one(Program, program_id)
    steps = [point.step for point in points if point is not None]
    return {
        "sentence": alert_sentence(program.name, assessment, steps[-1]),
        "fallen": drop_points(assessment.drop or 0.0, steps[-1]),
        "since": assessment.since.isoformat() if assessment.since else None,
        "rounds": assessment.released,
        "standing": assessment.state,
        "certainty": certainty_words(assessment.probability or 0.0),
        "chance": drop_points(assessment.chance or 0.0, steps[-1]),
    }


def _tell_admins(session: Session, alert: Alert) -> None:
    admins = session.scalars(
        select(Account.id).where(Account.admin.is_(True), Account.active.is_(True))
    )
    owe_notices(session, "alert", alert.id, set(admins))
