"""A role of PostgreSQL for each process, on a test's databases."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from app import create_app
from app.storage.rights import ROLES
from config import Settings
from tests import rounds
from tests.databases import BASES, POSTGRESQL, dispose_engines

PASSWORD = "a-word-for-tests"


@contextmanager
def database_roles(settings: Settings, worker: str) -> Iterator[Mapping[str, str]]:
    """Give the names of new roles by process, with their rights; drop them afterwards."""
    owners = create_app(settings)
    roles = {process: f"chorus_test_{worker}_{os.getpid()}_{process}" for process in ROLES}
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
        for role in roles.values():
            made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
            server.execute(made.format(sql.Identifier(role), sql.Literal(PASSWORD)))
        try:
            options = [word for process, role in roles.items() for word in (f"--{process}", role)]
            with owners.app_context():
                rounds.run(owners, "databases", "grants", "--apply", *options)
                dispose_engines()
            yield roles
        finally:
            for role in roles.values():
                _drop(server, settings, role)


def _drop(server: psycopg.Connection, settings: Settings, role: str) -> None:
    for base in BASES:
        url = make_url(getattr(settings, f"{base}_url")).set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as owner:
            owner.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
    server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def as_role(settings: Settings, role: str, *parts: str) -> Settings:
    """Return `settings` with which a process connects as `role`.

    :param parts: what it serves; all where none is named.
    """
    urls = {
        f"{base}_url": make_url(getattr(settings, f"{base}_url"))
        .set(username=role, password=PASSWORD)
        .render_as_string(hide_password=False)
        for base in BASES
    }
    return replace(settings, **urls, parts=frozenset(parts) or settings.parts)
