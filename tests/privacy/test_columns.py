"""What a table has no column for can't be kept: times, addresses, sequences of answering."""

import pytest
from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.types import Date, DateTime, Time

from app.extensions import Store, ballots, identity

BALLOTS = {
    "ballot": {"pool_id", "serial", "sealed"},
    "pool_public": {"pool_id", "manifest", "form", "state", "takes_ballots_until"},
    "comment": {
        "pool_id",
        "id",
        "cell",
        "item",
        "text",
        "themes",
        "mailbox_auth",
        "mailbox_public_key",
        "mailbox_wrapped_key",
    },
    "reply_key": {"pool_id", "point", "private_key"},
    "mailbox_message": {
        "pool_id",
        "mailbox_id",
        "number",
        "writer",
        "day",
        "for_author",
        "for_staff",
        "masked",
    },
}
IDENTITY = {
    "invitation": {
        "token_hash",
        "pool_id",
        "person_id",
        "address",
        "cell",
        "share_commit",
        "state",
        "mailed",
        "reminders",
        "lost_mails",
        "blinded_hash",
    },
    "invitation_link": {"token_hash", "pool_id", "invitation_hash"},
    "share": {"pool_id", "id", "cell", "share"},
    "release": {"pool_id", "state", "closed_on", "tables", "comments"},
}
# Days are enough where the protocol asks for a date at all.
TIMES = {
    "ballots": {"pool_public.takes_ballots_until"},
    "papers": set(),
    "release": set(),
}


def columns_of(store: Store, table: str) -> dict[str, object]:
    """Return the columns that the database really has, with their types."""
    return {column["name"]: column["type"] for column in inspect(store.engine).get_columns(table)}


@pytest.mark.parametrize("table", BALLOTS)
def test_a_table_of_the_ballots_side_has_these_columns_and_no_other(app: Flask, table: str) -> None:
    assert set(columns_of(ballots, table)) == BALLOTS[table]


@pytest.mark.parametrize("table", IDENTITY)
def test_a_table_of_papers_and_releases_has_these_columns_and_no_other(
    app: Flask, table: str
) -> None:
    assert set(columns_of(identity, table)) == IDENTITY[table]


def test_only_the_closing_time_is_a_time(app: Flask) -> None:
    found = {
        "ballots": _times(ballots, inspect(ballots.engine).get_table_names()),
        "papers": _times(identity, ["invitation", "share"], Date),
        "release": _times(identity, ["release"]),
    }
    assert found == TIMES


def test_rows_of_answering_are_kept_by_a_random_key(app: Flask) -> None:
    for store, tables in ((ballots, ("ballot", "comment")), (identity, ("invitation", "share"))):
        for table in tables:
            key = inspect(store.engine).get_pk_constraint(table)["constrained_columns"]
            assert set(key) <= {"pool_id", "serial", "id", "token_hash"}
            if store.engine.dialect.name == "sqlite":
                with store.engine.connect() as connection:
                    query = "SELECT sql FROM sqlite_master WHERE name = ?"
                    made = connection.exec_driver_sql(query, (table,)).scalar_one()
                assert made.rstrip().endswith("WITHOUT ROWID")


def _times(store: Store, tables: list[str], *more: type) -> set[str]:
    return {
        f"{table}.{name}"
        for table in tables
        for name, kind in columns_of(store, table).items()
        if isinstance(kind, (DateTime, Time, *more))
    }
