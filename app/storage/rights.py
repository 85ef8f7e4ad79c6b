"""What each process may do in which table, where PostgreSQL gives each a role (decision 110).

The owner of the databases is nobody's role: it changes the structure and runs the operator's
commands. What a process is not given here it is refused by the database, whoever is in it.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

WEB, CAST, WORKER = "web", "cast", "worker"
ROLES = (WEB, CAST, WORKER)
REST = "*"  # every table that is not named

_READ = ("SELECT",)
_ADD = ("SELECT", "INSERT")
_CHANGE = ("SELECT", "INSERT", "UPDATE")
_ROWS = (*_CHANGE, "DELETE")
# The order of arrival is kept off the disk by laying a table anew.
_LAY_ANEW = (*_ROWS, "TRUNCATE")
# FOR SHARE and FOR UPDATE want the right to update one column. Of a row with another pool's id
# nothing can be made: it is lost, which whoever casts can do to ballots anyway, but not falsified.
_HOLD_ROWS = "UPDATE (pool_id)"

# By table, or REST; a table that is not named and has no REST is not to be seen at all.
Rights = Mapping[str, tuple[str, ...]]

_WEB_IDENTITY: Rights = {
    REST: _ROWS,
    "audit_entry": _ADD,  # acts are added, never changed
    "share": ("INSERT",),  # a piece of a key is handed in and never read back
    "release": _READ,
    "pool": ("SELECT", "UPDATE"),
    "pool_cell": _READ,
    "invitation": _CHANGE,
    "invitation_link": _READ,
    "program_standing": _READ,
    "organisation_standing": _READ,
    "roster_order": ("SELECT", "DELETE"),  # the worker makes it
    "alert_event": _ADD,
    "clock_look": _READ,
}
_WEB_BALLOTS: Rights = {  # neither ballots nor what is in them
    "pool_public": _READ,
    "comment": ("SELECT", _HOLD_ROWS),
    "mailbox_message": _ADD,
    "reply_key": _READ,
}
_CAST_BALLOTS: Rights = {
    "pool_public": ("SELECT", _HOLD_ROWS),
    "ballot": ("SELECT", "INSERT", "UPDATE (sealed)"),
    # Mailboxes, but neither what a comment says nor what its readers are written.
    "comment": (
        "SELECT (pool_id, id, mailbox_auth, mailbox_public_key, mailbox_wrapped_key)",
        _HOLD_ROWS,
    ),
    "mailbox_message": (
        "SELECT (pool_id, mailbox_id, number, writer, day, for_author)",
        "INSERT",
    ),
    "reply_key": ("SELECT (pool_id, point)",),
}
_WORKER_IDENTITY: Rights = {
    REST: _ROWS,
    "audit_entry": _ADD,
    "invitation": _LAY_ANEW,
    "invitation_link": _LAY_ANEW,
    "share": _LAY_ANEW,
    # It forgets people, their accounts with them; it signs nobody in.
    "account_session": ("SELECT", "DELETE"),
    "sign_in_link": ("SELECT", "DELETE"),
    "second_factor": ("SELECT", "DELETE"),
    "passkey": ("SELECT", "DELETE"),
}
RIGHTS: Mapping[str, Mapping[str, Rights]] = MappingProxyType(
    {
        WEB: {
            "identity": _WEB_IDENTITY,
            "ballots": _WEB_BALLOTS,
            "keys": {REST: _READ},
        },
        CAST: {"identity": {}, "ballots": _CAST_BALLOTS, "keys": {}},
        WORKER: {
            "identity": _WORKER_IDENTITY,
            "ballots": {REST: _LAY_ANEW},
            "keys": {REST: _LAY_ANEW},
        },
    }
)
# Link and answer come to the pages' process together, which the form's page says.
PLAIN_FORM: Rights = {"ballot": ("SELECT", "INSERT"), "pool_public": ("SELECT", _HOLD_ROWS)}


def rights_of(
    role: str, database: str, tables: Iterable[str], *, plain_form: bool = False
) -> dict[str, tuple[str, ...]]:
    """Return what `role` may do in each table of a database; what it may not see is left out.

    :param role: one of ROLES.
    :param database: identity, ballots or keys.
    :param tables: the names of all that the database has.
    :param plain_form: whether the pages' process casts, for the form without JavaScript.
    """
    given = dict(RIGHTS[role][database])
    if plain_form and (role, database) == (WEB, "ballots"):
        given |= PLAIN_FORM
    rest = given.pop(REST, ())
    rights = {name: given.get(name, rest) for name in sorted(tables)}
    return {name: of_table for name, of_table in rights.items() if of_table}


def temporary_tables(role: str) -> bool:
    """Return whether a role lays tables anew, which takes a temporary one."""
    return role == WORKER
