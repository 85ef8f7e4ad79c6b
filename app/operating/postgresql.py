"""What can be seen of PostgreSQL from a connection: rights, copies, and what it writes down."""

import ipaddress
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from psycopg import Connection as Session
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app.jobs.turns import PRESENCE, WATCH, count_holders
from app.jobs.workplace import CLOCK_TOLERANCE
from app.operating.checks import Check

_RULES = (
    "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls "
    "FROM pg_roles WHERE rolname = current_user"
)
_COPIES = """
    SELECT (SELECT count(*) FROM pg_stat_replication)
         + (SELECT count(*) FROM pg_replication_slots)
"""
_BALLOTS = "ballots"
# PROTOCOL 4: what each must be, and what it would write down otherwise.
_WRITES_NOTHING: Mapping[str, tuple[tuple[str, ...], str]] = {
    "log_statement": (("none", "ddl"), "when each paper and ballot comes"),
    "log_min_duration_statement": (("-1",), "when slow papers and ballots come"),
    "track_commit_timestamp": (("off",), "when each row was written"),
}


def check_server(name: str, engine: Engine, production: bool) -> Iterator[Check]:
    """Yield what is to be said of one database on PostgreSQL.

    :param name: identity, ballots or keys.
    """
    try:
        with engine.connect() as connection:
            yield _role(name, connection, production)
            yield _path(name, connection)
            yield _kept(name, engine, connection)
            yield _written(name, connection)
            if name == _BALLOTS:
                yield _copies(connection)
    except DBAPIError:
        yield Check(f"PostgreSQL, {name}", "unknown", "It stopped answering while it was asked.")


def check_clock(engine: Engine, now: datetime) -> Check:
    """Return whether this machine's clock is the server's."""
    with engine.connect() as connection:
        true: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    off = abs(now - true)
    seconds = round(off / timedelta(seconds=1))
    said = f"It differs from the databases' by {seconds} s."
    if off <= CLOCK_TOLERANCE:
        return Check("Clock", "good", said)
    return Check("Clock", "bad", said, "Set it right: until then workers here do nothing.")


def check_workers(engine: Engine) -> Check:
    """Return how many workers there are, and whether one has the watch."""
    with engine.connect() as connection:
        workers, watches = (count_holders(connection, name) for name in (PRESENCE, WATCH))
    if not workers:
        return Check("Workers", "bad", "None is running.", "Start one: flask chorus worker")
    if not watches:
        todo = "If it stays so for a minute, workers connect through a pooler: let them not."
        return Check("Workers", "look", f"{workers} running, none of them on watch.", todo)
    return Check("Workers", "good", f"{workers} running, one of them on watch.")


def _role(name: str, connection: Connection, production: bool) -> Check:
    if not connection.execute(text(_RULES)).scalar_one():
        return Check(f"Role, {name}", "good", "It rules over nothing but its tables.")
    return Check(
        f"Role, {name}",
        "bad" if production else "look",
        "It is a superuser, or may make roles, databases or copies.",
        "Give each process a role of its own: docs/scale.md",
    )


def _kept(name: str, engine: Engine, connection: Connection) -> Check:
    """Return whether what is acknowledged outlives a crash, and a failover where there may be one.

    Of a standby only the server's owner sees more than that it is there.
    """
    waits = str(connection.execute(text("SHOW synchronous_commit")).scalar_one())
    called = f"Acknowledged by {name}"
    if waits == "off":
        said = "It acknowledges before it has stored: synchronous_commit is off."
        return Check(called, "bad", said, "Turn it on: a crash would lose answers.")
    copied = connection.execute(text("SELECT count(*) FROM pg_stat_replication")).scalar_one()
    if name != _BALLOTS and (copied or isinstance(engine.url.query.get("host"), tuple)):
        named = connection.execute(text("SHOW synchronous_standby_names")).scalar_one()
        if not named or waits not in ("on", "remote_apply"):
            said = "It waits for no standby: what was acknowledged may be gone after a failover."
            todo = "Set synchronous_standby_names, and synchronous_commit to on: docs/scale.md"
            return Check(called, "bad", said, todo)
        return Check(called, "good", "Nothing before a standby has it, too.")
    return Check(called, "good", "Nothing before it is stored.")


def _path(name: str, connection: Connection) -> Check:
    driven = connection.connection.driver_connection
    host = driven.info.host if isinstance(driven, Session) else ""
    query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    if _is_here(host) or connection.execute(text(query)).scalar():
        return Check(f"Way to {name}", "good", "On this machine, or encrypted.")
    return Check(
        f"Way to {name}",
        "bad",
        "It goes over the network unencrypted.",
        "Add ?sslmode=verify-full to its address, and turn TLS on in the server.",
    )


def _is_here(host: str) -> bool:
    try:
        return not host or host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.startswith("/")


def _written(name: str, connection: Connection) -> Check:
    told = []
    for setting, (allowed, tells) in _WRITES_NOTHING.items():
        value = str(connection.execute(text(f"SHOW {setting}")).scalar_one())
        if value not in allowed:
            told.append(f"{setting} = {value} ({tells})")
    if not told:
        return Check(f"Log of {name}", "good", "The server writes down no statement and no time.")
    return Check(
        f"Log of {name}",
        "bad",
        f"The server writes down more than it may: {'; '.join(told)}.",
        "Turn these settings off, and delete what was written.",
    )


def _copies(connection: Connection) -> Check:
    archive = str(connection.execute(text("SHOW archive_mode")).scalar_one())
    copies = connection.execute(text(_COPIES)).scalar_one()
    if archive == "off" and not copies:
        return Check("Copies of ballots", "good", "No archive of its log, no replica, no slot.")
    return Check(
        "Copies of ballots",
        "bad",
        "The server keeps an archive of its log, a replica or a replication slot.",
        "Put the ballots database on a server without: a copy keeps the order of arrival.",
    )
