"""Settings from the environment, frozen; every fault is named at once, and none by its value."""

import base64
import os
import secrets

# The operator's own key command is the one thing that is started.
import subprocess  # nosec B404
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvValidationError, validate

MASTER_KEY_BYTES = 32
SECRET_KEY_MIN_CHARACTERS = 32
PRODUCTION_MAILERS = ("smtp",)
DEVELOPMENT_MAILERS = ("smtp", "maildir", "memory")
MONTHS = validate.Range(1, 120, error="Give a number of months between 1 and 120.")
DAYS = validate.Range(1, 3650, error="Give a number of days between 1 and 3650.")
PROCESSES = validate.Range(1, 64, error="Give a number of processes between 1 and 64.")
THREADS = validate.Range(1, 64, error="Give a number of threads between 1 and 64.")
# Measured: SQLite has one writer, so one process whose threads share it; PostgreSQL gains by two.
SQLITE_PROCESSES_AND_THREADS = (1, 16)
POSTGRESQL_PROCESSES_AND_THREADS = (2, 8)
CONNECTIONS = validate.Range(1, 20, error="Give a number of connections between 1 and 20.")
LAUNCHES = validate.Range(1, 32, error="Give a number of launches between 1 and 32.")
# A connection that waits longer for its turn could lose its launch, whose lease is 5 minutes.
LONGEST_TURN_MINUTES = 2
TOKEN = validate.Regexp(r"(\S{20,})?\Z", error="Give at least 20 random characters, or nothing.")
PORTS = validate.Range(1, 65000, error="Give a port between 1 and 65000.")
ALL_PARTS = frozenset({"admin", "invites", "cast", "plain"})
# An envelope sender adds 39 characters to it, and mail systems take 64 (docs/decisions/025).
SENDER_MOST_CHARACTERS = 25
# What holds a password or a secret may lie in a file, which no other process is shown.
FROM_FILES = (
    "CHORUS_IDENTITY_URL",
    "CHORUS_BALLOTS_URL",
    "CHORUS_KEYS_URL",
    "CHORUS_SMTP_URL",
    "CHORUS_SECRET_KEY",
    "CHORUS_METRICS_TOKEN",
)
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
    source = _with_files(os.environ if environ is None else environ, faults)
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
        faults += _production_faults(source, read)
    master_key = previous = b""
    if not casts_only:
        master_key = _master_key(source, read["data"], development, faults)
        previous = _previous_master_key(source, faults)
    if faults:
        raise ConfigurationError(faults)
    if casts_only:
        read |= dict.fromkeys(_NOT_TOLD_TO_CASTING, "")
    elif not read["secret_key"]:
        read["secret_key"] = _kept_secret(read["data"] / "secret.key").decode()
    return Settings(
        environment=environment, master_key=master_key, previous_master_key=previous, **read
    )


def _with_files(environ: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """Return `environ` with what stands in files instead; what can't be read goes into `faults`."""
    source = dict(environ)
    for name in FROM_FILES:
        place = source.get(f"{name}_FILE")
        if name in source or not place:
            continue
        try:
            source[name] = Path(place).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            faults.append(f"{name}_FILE: it can't be read.")
    return source


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
    data = Path(reader.str("DATA", "var")).resolve()
    port = reader.int("PORT", 8000, validate=PORTS)
    mailers = DEVELOPMENT_MAILERS if development else PRODUCTION_MAILERS
    read = {
        "data": data,
        "port": port,
        "host": reader.str("HOST", "127.0.0.1"),
        "base_url": reader.str("BASE_URL", f"http://127.0.0.1:{port}"),
        "identity_url": reader.str("IDENTITY_URL", f"sqlite:///{data}/identity.sqlite3"),
        "ballots_url": reader.str("BALLOTS_URL", f"sqlite:///{data}/ballots.sqlite3"),
        "keys_url": reader.str("KEYS_URL", f"sqlite:///{data}/keys.sqlite3"),
        "mailer": reader.str("MAILER", "smtp", validate=_one_of(*mailers)),
        "smtp_url": reader.str("SMTP_URL", f"smtp://127.0.0.1:{(port or 8000) + 25}"),
        "mail_connections": reader.int("MAIL_CONNECTIONS", 2, validate=CONNECTIONS),
        "mail_per_minute": reader.int("MAIL_PER_MINUTE", 0),
        "launches_at_once": reader.int("LAUNCHES_AT_ONCE", 4, validate=LAUNCHES),
        "mail_from": reader.str("MAIL_FROM", "Chorus <chorus@chorus.example>"),
        "organisation": reader.str("ORGANISATION", "Your organisation"),
        "log_level": reader.str(
            "LOG_LEVEL", "INFO", validate=_one_of("DEBUG", "INFO", "WARNING", "ERROR")
        ),
        "demo": reader.bool("DEMO", True),
        "secret_key": reader.str("SECRET_KEY", ""),
        "metrics_token": reader.str("METRICS_TOKEN", "", validate=TOKEN),
        "keep_comments_months": reader.int("KEEP_COMMENTS_MONTHS", 24, validate=MONTHS),
        "keep_leavers_days": reader.int("KEEP_LEAVERS_DAYS", 90, validate=DAYS),
        "plain_form": reader.bool("PLAIN_FORM", False),
        "admin_second_factor": reader.bool("ADMIN_SECOND_FACTOR", False),
        "contact": reader.str("CONTACT", DEVELOPMENT_CONTACT if development else ""),
        "cast_port": reader.int("CAST_PORT", None, validate=PORTS),
        "web_processes": reader.int("WEB_PROCESSES", None, validate=PROCESSES),
        "web_threads": reader.int("WEB_THREADS", None, validate=THREADS),
    }
    sender = parseaddr(str(read["mail_from"] or ""))[1].rpartition("@")[0]
    if not 0 < len(sender) <= SENDER_MOST_CHARACTERS:
        faults.append("CHORUS_MAIL_FROM: give an address with 1 to 25 characters before the @.")
    faults += _pace_faults(read)
    bounces = reader.str("BOUNCES", f"{data}/bounces" if development else "")
    read["bounces"] = Path(bounces).resolve() if bounces else None
    domains: list[str] = reader.list("MAIL_DOMAINS", [])
    read["mail_domains"] = tuple(domain.strip().lower() for domain in domains if domain.strip())
    support = reader.str("SUPPORT", DEVELOPMENT_SUPPORT if development else "")
    read["support"] = _support(support, faults)
    read["parts"] = parts = frozenset(reader.list("PARTS", sorted(ALL_PARTS)))
    if not parts or parts - ALL_PARTS:
        faults.append(f"CHORUS_PARTS: name some of {', '.join(sorted(ALL_PARTS))}.")
    _size(read, faults)
    try:
        reader.seal()
    except EnvValidationError as error:
        faults += _environs_faults(error)
    return read


def _size(read: dict[str, Any], faults: list[str]) -> None:
    """Set how many processes and threads serve pages where nothing was said of it."""
    served = ("ballots_url",) if read["parts"] == {"cast"} else ("ballots_url", "identity_url")
    on_sqlite = any(str(read[name]).startswith("sqlite") for name in served)
    usual = SQLITE_PROCESSES_AND_THREADS if on_sqlite else POSTGRESQL_PROCESSES_AND_THREADS
    if on_sqlite and (read["web_processes"] or 1) > 1:
        faults.append(
            "CHORUS_WEB_PROCESSES: SQLite has one writer; say 1, or put the databases on "
            "PostgreSQL."
        )
    for name, number in zip(("web_processes", "web_threads"), usual, strict=True):
        read[name] = read[name] or number


def _pace_faults(read: Mapping[str, Any]) -> list[str]:
    if read["mail_per_minute"] == 0:
        return []
    waiting = (read["mail_connections"] or 1) * (read["launches_at_once"] or 1)
    slowest = -(-waiting // LONGEST_TURN_MINUTES)
    if (read["mail_per_minute"] or slowest) >= slowest:
        return []
    return [
        f"CHORUS_MAIL_PER_MINUTE: {waiting} connections may wait for their turns, so say at least "
        f"{slowest}, or 0 for no limit."
    ]


def _environs_faults(error: EnvValidationError) -> list[str]:
    messages = error.error_messages
    if not isinstance(messages, Mapping):
        return messages
    return [f"{name}: {' '.join(texts)}" for name, texts in messages.items()]


def _one_of(*words: str) -> validate.OneOf:
    return validate.OneOf(words, error=f"Say {' or '.join(words)}.")


def _support(text: str, faults: list[str]) -> tuple[tuple[str, str], ...]:
    entries = [entry.partition("=") for entry in text.split(";") if entry.strip()]
    if any(not label.strip() or not contact.strip() for label, _, contact in entries):
        faults.append("CHORUS_SUPPORT: write helplines as label=contact; label=contact.")
    return tuple((label.strip(), contact.strip()) for label, _, contact in entries)


def _production_faults(source: Mapping[str, str], read: Mapping[str, Any]) -> list[str]:
    faults = []
    secret_key = read["secret_key"]
    base = urlsplit(read["base_url"] or "")
    if base.scheme != "https" or not base.hostname:
        faults.append("CHORUS_BASE_URL: give the https:// address that people will open.")
    if not read["mail_domains"]:
        faults.append("CHORUS_MAIL_DOMAINS: name the mail domains that may be invited.")
    if "CHORUS_SMTP_URL" not in source:
        faults.append("CHORUS_SMTP_URL: give the mail relay, smtp://user:password@host:port.")
    if "CHORUS_MAIL_FROM" not in source:
        faults.append("CHORUS_MAIL_FROM: give the sender of the mails.")
    if len(secret_key) < SECRET_KEY_MIN_CHARACTERS or len(set(secret_key)) < 10:
        faults.append("CHORUS_SECRET_KEY: give at least 32 random characters.")
    return faults


def _master_key(
    source: Mapping[str, str], data: Path, development: bool, faults: list[str]
) -> bytes:
    """Return the 32 bytes that wrap all data keys; the first source that is set is used."""
    key = _key_from(source, "CHORUS_MASTER_KEY", faults)
    if key is None and development:
        key = _decoded(_kept_secret(data / "master.key").decode().strip())
    if key is None:
        faults.append("CHORUS_MASTER_KEY: give the master key itself, _FILE or _COMMAND.")
    return key or b""


def _previous_master_key(source: Mapping[str, str], faults: list[str]) -> bytes:
    """Return the key that was the master key before, while a rotation is under way."""
    return _key_from(source, "CHORUS_MASTER_KEY_PREVIOUS", faults) or b""


def _key_from(source: Mapping[str, str], name: str, faults: list[str]) -> bytes | None:
    """Return the 32 bytes that `name` gives itself, by a file or by a command; None if it doesn't.

    What can't be used is named in `faults`, and then empty.
    """
    try:
        if name in source:
            text = source[name]
        elif f"{name}_FILE" in source:
            path = Path(source[f"{name}_FILE"])
            if path.stat().st_mode & 0o077:
                faults.append(f"{name}_FILE: make it readable by its owner only (0400).")
            text = path.read_text(encoding="ascii")
        elif f"{name}_COMMAND" in source:
            text = _command_output(source[f"{name}_COMMAND"])
        else:
            return None
        key = _decoded(text.strip())
    except (OSError, ValueError, subprocess.SubprocessError):
        faults.append(f"{name}: it can't be read as 32 bytes in base64url.")
        return b""
    if len(key) != MASTER_KEY_BYTES or len(set(key)) < 10:
        faults.append(f"{name}: give 32 random bytes in base64url.")
    return key


def _decoded(text: str) -> bytes:
    """Return the bytes of base64 or base64url, padded or not.

    :raises ValueError: for any other sign; the stdlib would leave it out and go on.
    """
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)


def _command_output(command: str) -> str:
    # The operator's own command (a KMS client), from the operator's own environment.
    finished = subprocess.run(  # noqa: S602  # nosec B602
        command, shell=True, check=True, capture_output=True, timeout=30, text=True
    )
    return finished.stdout


def _kept_secret(path: Path) -> bytes:
    """Return the development secret at `path`, made at the first call (0400)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = base64.urlsafe_b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).rstrip(b"=")
        partial = path.with_suffix(f".{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_bytes(fresh)
        partial.chmod(0o400)
        try:
            os.link(partial, path)  # never replaces a key that another process made first
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_bytes()
