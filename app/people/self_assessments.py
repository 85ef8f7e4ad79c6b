"""How somebody rates themselves: asked before they read how others see them, and kept for them."""

import json
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.models.identity.self_assessment import SelfAssessment
from crypto import envelope

_BYTES = 512  # six ratings take a third of it; all have one length


def ratings_of(
    session: Session, key: envelope.DataKey, cycle_id: str, person_id: str
) -> dict[str, int] | None:
    """Return somebody's ratings of themselves by item id; None if they were not asked yet.

    :param key: the roster's data key.
    """
    found = session.get(SelfAssessment, (cycle_id, person_id))
    return None if found is None else read_ratings(key, found)


def read_ratings(key: envelope.DataKey, row: SelfAssessment) -> dict[str, int]:
    """Return the ratings in a row."""
    place = (row.cycle_id + row.person_id).encode()
    plain = envelope.decrypt(key, row.ratings, table="self_assessment", column="ratings", row=place)
    ratings: dict[str, int] = json.loads(plain)
    return ratings


def keep_ratings(
    session: Session,
    key: envelope.DataKey,
    cycle_id: str,
    person_id: str,
    ratings: Mapping[str, int],
) -> None:
    """Keep somebody's ratings of themselves, in the place of earlier ones; none may be rated."""
    plain = json.dumps(ratings, separators=(",", ":")).encode().ljust(_BYTES)
    place = (cycle_id + person_id).encode()
    blob = envelope.encrypt(key, plain, table="self_assessment", column="ratings", row=place)
    session.merge(SelfAssessment(cycle_id=cycle_id, person_id=person_id, ratings=blob))
