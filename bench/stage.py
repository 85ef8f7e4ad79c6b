"""The product on temporary databases, for benches that need some."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from app import create_app
from app.databases import prepare_databases
from app.launching.manifest import manifest_bytes
from app.mail.mailer import MemoryMailer
from config import Settings, load_settings
from crypto import blind
from surveys.instruments import form_of, instrument
from surveys.items import Form, SupportLine
from tests.databases import dispose_engines, empty_postgresql

OPENS = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
CLOSES = (OPENS + timedelta(days=4),)
K = 5


@contextmanager
def fresh_application(mailer: MemoryMailer | None = None) -> Iterator[Flask]:
    """Give the application on new databases, its context pushed; the files go afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        app = application_in(Path(folder), mailer)
        with app.app_context():
            prepare_databases()
            yield app
            dispose_engines()


@contextmanager
def postgresql_application() -> Iterator[Flask]:
    """Give the application on new PostgreSQL databases, dropped afterwards, its context pushed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        empty_postgresql("bench", Path(folder)) as settings,
    ):
        app = create_app(replace(settings, log_level="ERROR"), mailer=MemoryMailer())
        with app.app_context():
            prepare_databases()
            yield app
            dispose_engines()


def application_in(folder: Path, mailer: MemoryMailer | None = None) -> Flask:
    """Return the application whose databases lie, or will lie, in `folder`."""
    # Whatever the operator's environment says, a bench touches its own files only.
    settings = load_settings({"CHORUS_DATA": str(folder), "CHORUS_LOG_LEVEL": "ERROR"})
    return create_app(settings, mailer=mailer or MemoryMailer())


def data_folder(app: Flask) -> Path:
    """Return where the databases of `app` lie."""
    settings: Settings = app.config["CHORUS"]
    return settings.data


def pulse() -> Form:
    """Return the pulse with a helpline, as a round freezes it."""
    return form_of(instrument("pulse"), (SupportLine({"en": "Helpline"}, "+00 000 0000"),))


def manifest_of(form: Form, invited: int, groups: int, sealing_point: bytes) -> tuple[bytes, bytes]:
    """Return a new pool's id and its manifest.

    :param sealing_point: the public point of the key that ballots are sealed to.
    """
    pool_id = secrets.token_bytes(16)
    signing_key = blind.generate_key().public_key()
    manifest = manifest_bytes(
        pool_id=pool_id,
        round_name=secrets.token_urlsafe(12),
        k=K,
        invited=invited,
        opens=OPENS,
        closes=CLOSES,
        groups=groups,
        form=form,
        signing_key_der=blind.public_key_to_der(signing_key),
        sealing_point=sealing_point,
    )
    return pool_id, manifest
