"""Small regular work: is k reached; are names masked; is the order of arrival gone."""

from functools import partial

from sqlalchemy import select

from app.accounts.stored_limits import forget_old_counts, has_old_counts
from app.invites.storage import shuffle_papers
from app.jobs.attempts import attempt
from app.jobs.workplace import Workplace
from app.models.identity.round import Round
from app.opening.replies import mask_new_messages
from app.people.names import RosterMask
from app.people.ordering import keep_order, order_is_true, order_of_names
from app.people.uploads import forget_old_uploads, has_old_uploads
from app.respond.storage import shuffle_ballots
from app.results.kept import keep_standings, standings_are_true
from app.rounds.papers import papers_with_share
from app.rounds.settling import look_at_threshold
from app.shuffling import States


def look_at_thresholds(workplace: Workplace) -> None:
    """Note once a day, from midnight UTC on, which open rounds have k papers with a share (D4)."""
    today = workplace.now().date()
    with workplace.identity.begin() as session:
        due = select(Round).where(Round.state == "open", Round.k_looked_at_on < today)
        for open_round in session.scalars(due):
            papers = papers_with_share(session, open_round.id)
            look_at_threshold(session, open_round, papers, today)


def keep_standings_true(workplace: Workplace) -> None:
    """Work out anew how programs stand once rounds have closed, goals are set, or a day began."""
    today = workplace.now().date()
    with workplace.identity.read() as session:
        if standings_are_true(session, today):
            return
    with workplace.identity.begin() as session:
        keep_standings(session, today)


def keep_roster_in_order(workplace: Workplace) -> None:
    """Put the roster in the order of its names anew once somebody came or went, or a day began.

    Names are opened before anything is held: that takes a third of a second for 50,000.
    """
    key, today = workplace.vault.roster_key(), workplace.now().date()
    with workplace.identity.read() as session:
        if order_is_true(session, today):
            return
        order = order_of_names(session, key)
    with workplace.identity.begin() as session:
        keep_order(session, key, order, today)


def mask_messages(workplace: Workplace) -> None:
    """Mask what authors wrote back, while the people they name are on the roster (D8)."""
    mask = RosterMask(workplace.identity, workplace.vault)
    mask_new_messages(workplace.ballots, workplace.vault, mask)


def forget_rosters(workplace: Workplace) -> None:
    """Throw away rosters that have waited for an admin's word for an hour."""
    now = workplace.now()
    with workplace.identity.read() as session:
        waits = has_old_uploads(session, now)
    if waits:  # only then is there anything to hold up others for
        with workplace.identity.begin() as session:
            forget_old_uploads(session, now)


def forget_tries(workplace: Workplace) -> None:
    """Throw away what was counted against limits once its period is over."""
    now = workplace.now()
    with workplace.identity.read() as session:
        over = has_old_counts(session, now)
    if over:
        with workplace.identity.begin() as session:
            forget_old_counts(session, now)


def shuffle_storage(workplace: Workplace, known: States | None = None) -> bool:
    """Rewrite what a disk would keep: the order of arrival, and deleted rows (PROTOCOL 4).

    :param known: what the tables were after the last time; those that are so still are left alone.
    :return: whether all could be rewritten; what stops one stops none of the others.
    """
    parts = {
        "shuffle_ballots": partial(shuffle_ballots, workplace.ballots.engine, known),
        "shuffle_papers": partial(shuffle_papers, workplace.identity.engine, known),
        "sweep_keys": workplace.vault.sweep,
    }
    failed = [name for name, part in parts.items() if not attempt(name, part)]
    return not failed
