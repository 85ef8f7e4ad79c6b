"""The end of what is kept: comments after months, leavers after days, who was asked. Decision 028.

Each part finds in the databases what is due, so that one that was killed is completed later.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy import or_, select

from app.accounts.audit import RETENTION, record, record_once
from app.agreed.service import forget_untouched
from app.jobs.ahead import put_right_what_is_ahead
from app.jobs.attempts import attempt
from app.jobs.workplace import Workplace
from app.models.identity.pool import Pool
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.opening.retention import (
    delete_comments,
    destroy_comments_key,
    lay_comments_anew,
    pools_with_comments,
)
from app.people.forgetting import forget, leavers_before
from app.people.mail_wishes import months_later
from app.rounds.asked import forget_who_was_asked
from app.rounds.cycles import is_about_nobody
from crypto.encoding import encode_base64url

DESTROYED = "destroyed the key of comments"


def keep_no_longer(workplace: Workplace) -> bool:
    """End all that has been kept long enough, and return whether all of it could be ended.

    One part's failure stops no other.
    """
    parts = (
        put_right_what_is_ahead,
        end_comments,
        forget_leavers,
        forget_earlier_rounds,
        forget_agreed,
    )
    ended = [attempt(part.__name__, partial(part, workplace)) for part in parts]
    return all(ended)


def end_comments(workplace: Workplace) -> None:
    """Shred the comments of rounds that closed too long ago, or about nobody; their tables stay.

    What was written about somebody who was forgotten since is for nobody to read.

    The key goes first: from then on no copy of the ballots database can be read any more. Then
    the receipt, which needs the key's id, and at last the rows, which still bear it.
    """
    due = _pools_to_shred(workplace, _comments_day(workplace))
    for pool_id in sorted(due):
        key_id = destroy_comments_key(workplace.ballots, workplace.vault, pool_id)
        if key_id is not None:
            _write_receipt(workplace, pool_id, key_id)
        delete_comments(workplace.ballots, pool_id)
    if due:
        lay_comments_anew(workplace.ballots)


def forget_leavers(workplace: Workplace) -> None:
    """Forget the people who left too long ago, as if they had asked; they may come back."""
    day = workplace.now().date() - timedelta(days=workplace.settings.keep_leavers_days)
    now = workplace.now()
    with workplace.identity.begin() as session:
        people = forget(session, leavers_before(session, day), now, ask_no_more=False)
        if people:
            record(session, now, RETENTION, "forgot who had left", f"people: {people}")


def forget_earlier_rounds(workplace: Workplace) -> None:
    """Forget who was asked in ended rounds, but for those with which the next mail compares."""
    with workplace.identity.begin() as session:
        forget_who_was_asked(session, datetime.combine(_comments_day(workplace), time.max, UTC))


def forget_agreed(workplace: Workplace) -> None:
    """Delete what circles agreed on and no mentor has looked at for as long as comments are kept.

    No record is written: it would tell admins which circles note something (decision 095).
    """
    with workplace.identity.begin() as session:
        forget_untouched(session, _comments_day(workplace))


def _comments_day(workplace: Workplace) -> date:
    """Return the day of closing, or any before it, of which nothing but totals is kept."""
    return months_later(workplace.now().date(), -workplace.settings.keep_comments_months)


def _pools_to_shred(workplace: Workplace, day: date) -> set[bytes]:
    with_comments = pools_with_comments(workplace.ballots, workplace.vault)
    with workplace.identity.read() as session:
        due = session.scalars(
            select(Release.pool_id)
            .join(Pool, Pool.pool_id == Release.pool_id)
            .join(Round, Round.id == Pool.round_id)
            .where(
                Release.state == "published",
                or_(Release.closed_on <= day, is_about_nobody()),
            )
        )
        return with_comments & set(due)


def _write_receipt(workplace: Workplace, pool_id: bytes, key_id: bytes) -> None:
    subject = f"pool {encode_base64url(pool_id)}, key {key_id.hex()}"
    with workplace.identity.begin() as session:
        record_once(session, workplace.now(), RETENTION, DESTROYED, subject)
