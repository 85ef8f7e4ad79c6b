"""Delivery: HTTP, database, mail, templates; holds no survey rule and no cryptography.

Inside: routes -> schemas and service -> models -> extensions; a feature imports no other's routes.
"""

from collections.abc import Collection

from flask import Flask

from app.api import start_api
from app.bodies import await_bodies_first
from app.clock import Clock, MovableClock, SystemClock, set_clock
from app.commands import register_commands
from app.compression import compress_what_is_public
from app.cookies import StaffCookies
from app.errors import register_errors
from app.extensions import bind_databases, keys
from app.headers import add_security_headers
from app.key_provider import SettingsKeyProvider
from app.keyring.needed import people_are_there
from app.languages import start_languages
from app.logs import configure_logs
from app.mail.mailer import Mailer, make_mailer, set_mailer
from app.navigation import start_navigation
from app.parts import register_parts
from app.vault import Vault, set_vault
from config import Settings, load_settings

MAX_BODY_BYTES = 64 * 1024


def create_app(
    config: Settings | None = None,
    parts: Collection[str] | None = None,
    *,
    clock: Clock | None = None,
    mailer: Mailer | None = None,
) -> Flask:
    """Return the application for `config` (by default, the environment's settings).

    :param parts: which parts to serve; ``{"cast"}`` runs on the ballots database alone.
    :raises ConfigurationError: naming every setting that can't be used.
    """
    settings = config or load_settings()
    served = frozenset(parts if parts is not None else settings.parts)
    app = Flask(__name__)
    app.session_interface = StaffCookies()
    app.config.from_mapping(
        CHORUS=settings,
        SECRET_KEY=settings.secret_key or None,  # cast signs no cookie and has none
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        # No neighbouring host can set a cookie of such a name; it needs https, as production has.
        SESSION_COOKIE_NAME="session" if settings.development else "__Host-session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.development,
        # One beyond the pool is closed after its use, and opening one costs more than a ballot.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True, "pool_size": settings.web_threads},
        **_databases(settings, served),
    )
    configure_logs(settings.log_level)
    await_bodies_first(app, settings.web_threads, MAX_BODY_BYTES)
    bind_databases(app)
    development_clock = MovableClock(settings.data / "clock")
    set_clock(app, clock or (development_clock if settings.development else SystemClock()))
    if served != {"cast"}:
        provider = SettingsKeyProvider(settings.master_key, settings.previous_master_key)
        set_vault(app, Vault(provider, keys, people_are_there))
        set_mailer(app, mailer or make_mailer(settings))
    start_languages(app, settings.language)
    start_navigation(app)
    start_api(app)
    add_security_headers(app)
    compress_what_is_public(app)
    register_errors(app)
    register_parts(app, served)
    register_commands(app)
    return app


def _databases(settings: Settings, parts: Collection[str]) -> dict[str, object]:
    """Return the database settings; the casting process alone is given no other's address."""
    settings.data.mkdir(parents=True, exist_ok=True)
    ballots = {"ballots": settings.ballots_url}
    if parts == {"cast"}:
        return {"SQLALCHEMY_BINDS": ballots}
    return {
        "SQLALCHEMY_DATABASE_URI": settings.identity_url,
        "SQLALCHEMY_BINDS": {**ballots, "keys": settings.keys_url},
    }
