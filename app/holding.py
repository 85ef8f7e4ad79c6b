"""Pools that are held while something is written for them, in one statement with the writing."""

from sqlalchemy import ARRAY, CTE, LargeBinary, Table, any_, bindparam, select


def held_while_open(pool: Table, among: str, *columns: str) -> CTE:
    """Return the open pools among those of a parameter, held until the end of the statement.

    One that begins to close waits for it, or is not among them. For PostgreSQL.

    :param among: the name of the parameter, an array of pool ids.
    :param columns: what else is wanted of them.
    """
    wanted = bindparam(among, type_=ARRAY(LargeBinary()))
    return (
        select(pool.c.pool_id, *(pool.c[name] for name in columns))
        .where(pool.c.pool_id == any_(wanted), pool.c.state == "open")
        .with_for_update(read=True)
        .cte("held")
    )
