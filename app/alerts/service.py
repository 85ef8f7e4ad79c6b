"""Look at a program's released rounds and keep its one open episode true."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.account import Account
from app.models.identity.alert import Alert
from app.models.identity.program import Program
from app.results.service import ReleasedRound, released_rounds
from app.rounds.settling import owe_notices
from surveys.disclosure import band_middle
from surveys.trends import Assessment, RoundPoint, assess
from surveys.wording import alert_sentence

WELLBEING = "wellbeing"


def trend_points(rounds: Sequence[ReleasedRound]) -> list[RoundPoint | None]:
    """Return one point for each round, None where the program's score is withheld."""
    points: list[RoundPoint | None] = []
    for entry in rounds:
        score: dict[str, Any] = entry.cell().get("score", {"withheld": True})
        if "withheld" in score:
            points.append(None)
            continue
        points.append(
            RoundPoint(
                day=entry.closed_on,
                n=band_middle(score["n_from"], entry.k),
                invited=entry.invited,
                mean=score["mean"],
                sd=score["sd"],
                step=score["step"],
            )
        )
    return points


def review_program(session: Session, program_id: str, today: date) -> None:
    """Raise, worsen or close the program's alert after a release; safe to repeat."""
    points = trend_points(released_rounds(session, program_id))
    assessment = assess(points)
    if assessment.probability is None:
        return  # learning, or the latest round is withheld: the state is frozen
    open_alert = session.scalar(
        select(Alert).where(
            Alert.program_id == program_id, Alert.signal == WELLBEING, Alert.closed_on.is_(None)
        )
    )
    if assessment.state == "declining" and open_alert is None:
        _raise(session, program_id, assessment, points, today)
    elif open_alert is not None and assessment.state == "declining":
        if assessment.major and open_alert.level != "major":
            open_alert.level = "major"
            _tell_admins(session, open_alert)
        open_alert.evidence = _evidence(session, program_id, assessment, points)
    elif open_alert is not None and assessment.state == "recovering":
        open_alert.evidence = {**open_alert.evidence, "standing": assessment.state}
    elif open_alert is not None:
        open_alert.state = assessment.outcome or "settled"
        open_alert.closed_on = today


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
        "since": assessment.since.isoformat() if assessment.since else None,
        "rounds": assessment.released,
        "standing": assessment.state,
    }


def _tell_admins(session: Session, alert: Alert) -> None:
    admins = session.scalars(
        select(Account.id).where(Account.admin.is_(True), Account.active.is_(True))
    )
    owe_notices(session, "alert", alert.id, set(admins))
