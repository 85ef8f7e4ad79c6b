"""What lies under which data key: the columns, and the place that each blob is bound to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Row, Table

from app.extensions import Store, ballots, identity
from app.models.ballots.base import Ballots
from app.models.identity.base import Identity
from app.opening.replies import place_of_message

Place = Callable[[Row[Any]], bytes]


@dataclass(frozen=True)
class Locked:
    """Columns of one table that one key locks.

    :ivar place: what a blob of a row is bound to besides table and column, from the whole row.
    :ivar found_by: the column of look-up values, which follows from `address`.
    """

    store: Store
    table: Table
    columns: tuple[Column[Any], ...]
    place: Place
    found_by: Column[Any] | None = None

    @property
    def key(self) -> tuple[Column[Any], ...]:
        """Return the columns that name a row."""
        return tuple(self.table.primary_key)


def _locked(store: Store, name: str, columns: str, place: Place) -> Locked:
    tables: Mapping[str, Table] = (Identity if store is identity else Ballots).metadata.tables
    table = tables[name]
    return Locked(
        store=store,
        table=table,
        columns=tuple(table.columns[column] for column in columns.split()),
        place=place,
        found_by=table.columns.get("address_lookup"),
    )


def _own_id(row: Row[Any]) -> bytes:
    return str(row.id).encode()


# A test looks into every column of all databases for what is still under a former key.
UNDER_THE_ROSTER_KEY = (
    _locked(identity, "person", "name address", _own_id),
    _locked(identity, "account", "address password_sealed", _own_id),
    _locked(identity, "invitation", "address", lambda row: bytes(row.token_hash)),
    _locked(
        identity, "self_assessment", "ratings", lambda row: (row.cycle_id + row.person_id).encode()
    ),
    _locked(identity, "second_factor", "secret", lambda row: row.account_id.encode()),
    _locked(identity, "passkey", "name", _own_id),
    _locked(identity, "alert_event", "words", lambda row: f"{row.alert_id} {row.number}".encode()),
    _locked(identity, "alert_action", "words", _own_id),
    _locked(identity, "agreed_action", "words", lambda row: (row.group_id + row.id).encode()),
    _locked(identity, "roster_upload", "content", _own_id),
    _locked(identity, "roster_order", "sealed", _own_id),
)
UNDER_A_KEPT_KEY = (
    _locked(identity, "release", "comments", lambda row: bytes(row.pool_id)),
    _locked(ballots, "comment", "text themes", lambda row: bytes(row.pool_id + row.id)),
    _locked(ballots, "reply_key", "private_key", lambda row: bytes(row.pool_id)),
    _locked(
        ballots,
        "mailbox_message",
        "for_staff",
        lambda row: place_of_message(row.pool_id, row.mailbox_id, row.number),
    ),
)
