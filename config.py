"""Settings from the environment, frozen; every fault is named at once, and none by its value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from environs import Env, EnvValidationError, validate

from configuration.databases import database_url
from configuration.faults import (
    pace_faults,
    production_faults,
    read_support,
    sender_faults,
    set_size,
)
from configuration.secrets import kept_secret, master_key, previous_master_key, with_files

PRODUCTION_MAILERS = ("smtp",)
DEVELOPMENT_MAILERS = ("smtp", "maildir", "memory")
MONTHS = validate.Range(1, 120, error="Give a number of months between 1 and 120.")
DAYS = validate.Range(1, 3650, error="Give a number of days between 1 and 3650.")
PROCESSES = validate.Range(1, 64, error="Give a number of processes between 1 and 64.")
THREADS = validate.Range(1, 64, error="Give a number of threads between 1 and 64.")
CONNECTIONS = validate.Range(1, 20, error="Give a number of connections between 1 and 20.")
LAUNCHES = validate.Range(1, 32, error="Give a number of launches between 1 and 32.")
TOKEN = validate.Regexp(r"(\S{20,})?\Z", error="Give at least 20 random characters, or nothing.")
PORTS = validate.Range(1, 65000, error="Give a port between 1 and 65000.")
LANGUAGES = ("en", "de", "fr", "es", "ar")  # of mails, and of pages that everybody may open
ALL_PARTS = frozenset({"admin", "invites", "cast", "plain"})
_NOT_TOLD_TO_CASTING = ("secret_key", "metrics_token", "identity_url", "keys_url", "smtp_url")
CONTACT_LABEL = "I would like someone to contact me (not anonymous)"
DEVELOPMENT_CONTACT = "wellbeing@chorus.example"
DEVELOPMENT_SUPPORT = "Example helpline (development)=+00 000 0000"


class ConfigurationError(Exception):
    """The settings can't be used; each line names one variable and what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("Chorus can't start with these settings:\n- " + "\n- ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Settings:
    """What the operator decided; secrets are hidden when it is printed."""

    environment: str
    data: Path
    host: str
    port: int
    base_url: str
    identity_url: str
    ballots_url: str
    keys_url: str
    mailer: str
    smtp_url: str = field(repr=False)
    mail_connections: int
    mail_per_minute: int
    launches_at_once: int
    mail_from: str
    mail_domains: tuple[str, ...]
    organisation: str
    language: str
    support: tuple[tuple[str, str], ...]
    log_level: str
    parts: frozenset[str]
    demo: bool
    keep_comments_months: int
    keep_leavers_days: int
    bounces: Path | None
    plain_form: bool
    contact: str
    cast_port: int | None
    web_processes: int
    web_threads: int
    admin_second_factor: bool
    metrics_token: str = field(repr=False)
    secret_key: str = field(repr=False)
    master_key: bytes = field(repr=False)
    previous_master_key: bytes = field(repr=False)

    @property
    def development(self) -> bool:
        """Return whether the conveniences that would break the promise in real use exist."""
        return self.environment == "development"

    @property
    def support_panel(self) -> tuple[tuple[str, str], ...]:
        """Return the helplines and, where somebody gets such mails, the way to be contacted.

        Empty without helplines: no form can be launched then.
        """
        if not self.support or not self.contact:
            return self.support
        return (*self.support, (CONTACT_LABEL, f"{self.base_url.rstrip('/')}/contact"))

    @property
    def inbox(self) -> Path:
        """Return the Maildir in which the development mail server keeps what was sent."""
        return self.data / "inbox"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings read from `environ` (the process's own by default).

    In development, missing secrets are made once and kept in the data folder.

    :raises ConfigurationError: naming every variable that is missing, malformed or too weak.
    """
    faults: list[str] = []
    source = with_files(os.environ if environ is None else environ, faults)
    environment = source.get("CHORUS_ENV", "development")
    development = environment == "development"
    if environment not in ("development", "production"):
        faults.append("CHORUS_ENV: say development or production.")
    read = _read(source, development, faults)
    # The casting process alone decrypts nothing and signs nobody in: it is not even told a secret.
    casts_only = read["parts"] == {"cast"}
    if development:
        if read["host"] not in ("127.0.0.1", "::1", "localhost"):
            faults.append("CHORUS_HOST: development serves this machine only; use 127.0.0.1.")
    elif not casts_only:
        faults += production_faults(source, read)
    key = previous = b""
    if not casts_only:
        key = master_key(source, read["data"], development, faults)
        previous = previous_master_key(source, faults)
    if faults:
        raise ConfigurationError(faults)
    if casts_only:
        read |= dict.fromkeys(_NOT_TOLD_TO_CASTING, "")
    elif not read["secret_key"]:
        read["secret_key"] = kept_secret(read["data"] / "secret.key").decode()
    return Settings(environment=environment, master_key=key, previous_master_key=previous, **read)


class _Environment(Env):
    """environs on a mapping of ours: it knows os.environ only, which every thread shares."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(eager=False, prefix="CHORUS_")
        self._given = values

    def _get_value(self, env_key: str, default: Any) -> Any:
        # The one place where environs looks a variable up; its FileAwareEnv overrides it likewise.
        return self._given.get(env_key, default)


def _read(source: Mapping[str, str], development: bool, faults: list[str]) -> dict[str, Any]:
    """Return every setting but the master key by its name; what is wrong goes into `faults`."""
    reader = _Environment(source)
    read = _places(reader) | _mails(reader, development) | _service(reader)
    for name in ("IDENTITY_URL", "BALLOTS_URL", "KEYS_URL"):
        read[name.lower()] = database_url(f"CHORUS_{name}", str(read[name.lower()]), faults)
    faults += sender_faults(str(read["mail_from"] or ""))
    faults += pace_faults(read)
    bounces = reader.str("BOUNCES", f"{read['data']}/bounces" if development else "")
    read["bounces"] = Path(bounces).resolve() if bounces else None
    support = reader.str("SUPPORT", DEVELOPMENT_SUPPORT if development else "")
    read["support"] = read_support(support, faults)
    read["parts"] = parts = frozenset(reader.list("PARTS", sorted(ALL_PARTS)))
    if not parts or parts - ALL_PARTS:
        faults.append(f"CHORUS_PARTS: name some of {', '.join(sorted(ALL_PARTS))}.")
    set_size(read, faults)
    try:
        reader.seal()
    except EnvValidationError as error:
        faults += _environs_faults(error)
    return read


def _places(reader: _Environment) -> dict[str, Any]:
    """Return where it listens, what it keeps, and where it sends mails."""
    data = Path(reader.str("DATA", "var")).resolve()
    port = reader.int("PORT", 8000, validate=PORTS)
    return {
        "data": data,
        "port": port,
        "host": reader.str("HOST", "127.0.0.1"),
        "base_url": reader.str("BASE_URL", f"http://127.0.0.1:{port}"),
        "cast_port": reader.int("CAST_PORT", None, validate=PORTS),
        "identity_url": reader.str("IDENTITY_URL", f"sqlite:///{data}/identity.sqlite3"),
        "ballots_url": reader.str("BALLOTS_URL", f"sqlite:///{data}/ballots.sqlite3"),
        "keys_url": reader.str("KEYS_URL", f"sqlite:///{data}/keys.sqlite3"),
        "smtp_url": reader.str("SMTP_URL", f"smtp://127.0.0.1:{(port or 8000) + 25}"),
    }


def _mails(reader: _Environment, development: bool) -> dict[str, Any]:
    """Return how mails are sent, from whom, to whom, and in which language."""
    mailers = DEVELOPMENT_MAILERS if development else PRODUCTION_MAILERS
    domains: list[str] = reader.list("MAIL_DOMAINS", [])
    return {
        "mailer": reader.str("MAILER", "smtp", validate=_one_of(*mailers)),
        "mail_connections": reader.int("MAIL_CONNECTIONS", 2, validate=CONNECTIONS),
        "mail_per_minute": reader.int("MAIL_PER_MINUTE", 0),
        "launches_at_once": reader.int("LAUNCHES_AT_ONCE", 4, validate=LAUNCHES),
        "mail_from": reader.str("MAIL_FROM", "Chorus <chorus@chorus.example>"),
        "mail_domains": tuple(domain.strip().lower() for domain in domains if domain.strip()),
        "organisation": reader.str("ORGANISATION", "Your organisation"),
        "language": reader.str("LANGUAGE", "en", validate=_one_of(*LANGUAGES)),
        "contact": reader.str("CONTACT", DEVELOPMENT_CONTACT if development else ""),
    }


def _service(reader: _Environment) -> dict[str, Any]:
    """Return what it does and how much at a time, how long it keeps things, and its secrets."""
    levels = _one_of("DEBUG", "INFO", "WARNING", "ERROR")
    return {
        "demo": reader.bool("DEMO", True),
        "log_level": reader.str("LOG_LEVEL", "INFO", validate=levels),
        "secret_key": reader.str("SECRET_KEY", ""),
        "metrics_token": reader.str("METRICS_TOKEN", "", validate=TOKEN),
        "keep_comments_months": reader.int("KEEP_COMMENTS_MONTHS", 24, validate=MONTHS),
        "keep_leavers_days": reader.int("KEEP_LEAVERS_DAYS", 90, validate=DAYS),
        "plain_form": reader.bool("PLAIN_FORM", False),
        "admin_second_factor": reader.bool("ADMIN_SECOND_FACTOR", False),
        "web_processes": reader.int("WEB_PROCESSES", None, validate=PROCESSES),
        "web_threads": reader.int("WEB_THREADS", None, validate=THREADS),
    }


def _environs_faults(error: EnvValidationError) -> list[str]:
    messages = error.error_messages
    if not isinstance(messages, Mapping):
        return messages
    return [f"{name}: {' '.join(texts)}" for name, texts in messages.items()]


def _one_of(*words: str) -> validate.OneOf:
    return validate.OneOf(words, error=f"Say {' or '.join(words)}.")
