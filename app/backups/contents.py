"""What a backup holds of each table, and what it leaves out and why. Source: PROTOCOL 4."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select

import app.models.ballots
import app.models.identity
import app.models.keys
from app.models.ballots.base import Ballots
from app.models.identity.base import Identity
from app.models.identity.pool import Pool
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.models.keys.base import Keys

# A table is known once its model is imported; none may be missing because no room needed it yet.
for _package in (app.models.identity, app.models.ballots, app.models.keys):
    for _module in pkgutil.iter_modules(_package.__path__, _package.__name__ + "."):
        importlib.import_module(_module.name)

METADATA: Mapping[str, MetaData] = {
    "identity": Identity.metadata,
    "ballots": Ballots.metadata,
    "keys": Keys.metadata,
}
# Tables that stay out whole; a test knows every other table.
LEFT_OUT: Mapping[str, str] = {
    "share": "pieces of the keys of open rounds, one for each paper that was taken",
    "ballot": "sealed ballots, which exist only while their round is open",
    "signing_key": "keys that sign papers, which exist only while their round is open",
    "invitation_link": "further links of open rounds, sent to people who had perhaps not answered",
    "bounce": "mail that came back: of a reminder it would tell who had not answered",
    "account_session": "browsers that are signed in",
    "sign_in_link": "links for signing in",
    "passkey_challenge": "passkeys that were asked for, for minutes at most",
    "try_count": "how often something was tried, for an hour at most",
    "program_standing": "how programs stand, worked out from their releases",
    "organisation_standing": "how they stand together, worked out from their releases",
    "roster_order": "the order of the names, worked out from them",
    "clock_look": "when a worker last looked",
    "roster_upload": "rosters that wait for an admin's word, for an hour at most",
}
# What an invitation still says: who was asked. A column that comes later stays out by itself.
_OF_AN_INVITATION = frozenset(
    {"token_hash", "pool_id", "person_id", "cell", "share_commit", "mailed"}
)
_HARMLESS_NOTICES = frozenset({"results", "cancelled", "alert", "digest"})
_UNDER_WAY = ("launching", "open")
_AFTERWARDS = {"launching": "open"}
_FINAL = ("closed", "aborted", "cancelled")


@dataclass(frozen=True)
class Moment:
    """What was finished when the backup began; whatever came or ended later counts as it was.

    :ivar pools: all pools that there were.
    :ivar finished: those that were released, or whose round had ended; of the others only public
        facts are kept.
    :ivar stopped: rounds that will be stopped and replaced when this backup is restored.
    """

    pools: frozenset[bytes]
    finished: frozenset[bytes]
    stopped: frozenset[str]


def moment_of(connection: Connection) -> Moment:
    """Return what is finished, as one transaction on the people's database sees it."""
    rows = connection.execute(
        select(Round.id, Round.state, Pool.pool_id, Release.state.label("release"))
        .join_from(Round, Pool, Pool.round_id == Round.id, isouter=True)
        .join(Release, Release.pool_id == Pool.pool_id, isouter=True)
    ).all()
    finished = {row.pool_id for row in rows if row.state in _FINAL or row.release == "published"}
    return Moment(
        pools=frozenset(row.pool_id for row in rows if row.pool_id is not None),
        finished=frozenset(finished),
        stopped=frozenset(
            row.id for row in rows if row.state in _UNDER_WAY and row.pool_id not in finished
        ),
    )


def tables_of(database: str) -> list[Table]:
    """Return the tables of a database that a backup has, those that others refer to first."""
    return [table for table in METADATA[database].sorted_tables if table.name not in LEFT_OUT]


def harmless(table: Table, row: dict[str, Any], moment: Moment) -> dict[str, Any] | None:
    """Return a row without what tells who has answered; None if it stays out as a whole."""
    reduce = _REDUCTIONS.get(table.name)
    return row if reduce is None else reduce(table, row, moment)


def _round(_table: Table, row: dict[str, Any], moment: Moment) -> dict[str, Any]:
    if row["id"] in moment.stopped:
        row |= {"state": "aborting", "k_reached": False, "k_looked_at_on": None}
    return row | {"lease_until": None}


def _feedback_cycle(_table: Table, row: dict[str, Any], _moment: Moment) -> dict[str, Any]:
    # Its rounds are stopped one by one, and those that are replaced go out again together.
    return row | {"lease_until": None, "state": _AFTERWARDS.get(row["state"], row["state"])}


def _pool(_table: Table, row: dict[str, Any], moment: Moment) -> dict[str, Any]:
    return row if row["pool_id"] in moment.finished else row | {"state": "ended"}


def _invitation(table: Table, row: dict[str, Any], _moment: Moment) -> dict[str, Any]:
    others = {column.name: _default(column) for column in table.columns}
    kept = {name: row[name] for name in _OF_AN_INVITATION}
    return others | kept | {"state": "ended"}


def _default(column: Any) -> Any:
    return None if column.default is None else column.default.arg


def _release(_table: Table, row: dict[str, Any], moment: Moment) -> dict[str, Any] | None:
    return row if row["pool_id"] in moment.finished else None


def _notice(_table: Table, row: dict[str, Any], _moment: Moment) -> dict[str, Any] | None:
    return row | {"lease_until": None} if row["kind"] in _HARMLESS_NOTICES else None


def _pool_public(_table: Table, row: dict[str, Any], moment: Moment) -> dict[str, Any] | None:
    if row["pool_id"] not in moment.pools:
        return None
    return row if row["pool_id"] in moment.finished else row | {"state": "closed"}


def _shown(_table: Table, row: dict[str, Any], moment: Moment) -> dict[str, Any] | None:
    return row if row["pool_id"] in moment.finished else None


def _data_key(_table: Table, row: dict[str, Any], moment: Moment) -> dict[str, Any] | None:
    of_the_roster = row["purpose"] == "lookup" or not row["pool_id"]
    of_comments = row["purpose"] in ("kept", "former") and row["pool_id"] in moment.finished
    return row if of_the_roster or of_comments else None


_REDUCTIONS = {
    "round": _round,
    "feedback_cycle": _feedback_cycle,
    "pool": _pool,
    "invitation": _invitation,
    "release": _release,
    "notice": _notice,
    "pool_public": _pool_public,
    "comment": _shown,
    "mailbox_message": _shown,
    "reply_key": _shown,
    "data_key": _data_key,
}
