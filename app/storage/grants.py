"""The rights of each process as SQL for the owner of the databases; safe to repeat."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.dialects.postgresql.base import PGDialect

from app.models.ballots.base import Ballots
from app.models.identity.base import Identity
from app.models.keys.base import Keys
from app.storage.rights import rights_of, temporary_tables

TABLES: Mapping[str, Iterable[str]] = {
    "identity": Identity.metadata.tables,
    "ballots": Ballots.metadata.tables,
    "keys": Keys.metadata.tables,
}
_VERSION = "alembic_version"  # every process looks whether the structure is the one it needs


def grant_lines(
    database: str, catalog: str, roles: Mapping[str, str], *, plain_form: bool
) -> Iterator[str]:
    """Yield the statements for one database; together they are one transaction.

    :param database: identity, ballots or keys.
    :param catalog: the database's name on its server.
    :param roles: by the process, the name of its role; what they had before is taken away.
    """
    named = PGDialect().identifier_preparer.quote
    yield f"REVOKE ALL ON DATABASE {named(catalog)} FROM PUBLIC"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    for process, role in roles.items():
        quoted = named(role)
        yield f"REVOKE ALL ON DATABASE {named(catalog)} FROM {quoted}"
        yield f"REVOKE ALL ON SCHEMA public FROM {quoted}"
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {quoted}"
        rights = rights_of(process, database, TABLES[database], plain_form=plain_form)
        if not rights:
            continue
        connect = "CONNECT, TEMPORARY" if temporary_tables(process) else "CONNECT"
        yield f"GRANT {connect} ON DATABASE {named(catalog)} TO {quoted}"
        yield f"GRANT USAGE ON SCHEMA public TO {quoted}"
        yield f"GRANT SELECT ON {_VERSION} TO {quoted}"
        for table, of_table in rights.items():
            yield f"GRANT {', '.join(of_table)} ON {named(table)} TO {quoted}"
