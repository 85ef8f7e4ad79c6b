"""Settings from the environment, frozen; every fault is named at once, and none by its value."""

import base64
import binascii
import os
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, EnvError, EnvValidationError

MASTER_KEY_BYTES = 32
SECRET_KEY_MIN_CHARACTERS = 32
PRODUCTION_MAILERS = ("smtp",)
DEVELOPMENT_MAILERS = ("smtp", "maildir", "memory")
ALL_PARTS = frozenset({"admin", "invites", "cast"})
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
    mail_from: str
    mail_domains: tuple[str, ...]
    organisation: str
    support: tuple[tuple[str, str], ...]
    log_level: str
    parts: frozenset[str]
    demo: bool
    secret_key: str = field(repr=False)
    master_key: bytes = field(repr=False)

    @property
    def development(self) -> bool:
        """Return whether the conveniences that would break the promise in real use exist."""
        return self.environment == "development"

    @property
    def inbox(self) -> Path:
        """Return the Maildir in which the development mail server keeps what was sent."""
        return self.data / "inbox"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings read from `environ` (the process's own by default).

    In development, missing secrets are made once and kept in the data folder.

    :raises ConfigurationError: naming every variable that is missing, malformed or too weak.
    """
    source = dict(os.environ if environ is None else environ)
    reader = Env(eager=False, prefix="CHORUS_")
    faults: list[str] = []
    environment = source.get("CHORUS_ENV", "development")
    development = environment == "development"
    if environment not in ("development", "production"):
        faults.append("CHORUS_ENV: say development or production.")
    with _environment(source):
        data = Path(reader.str("DATA", "var")).resolve()
        port = reader.int("PORT", 8000, validate=_port)
        host = reader.str("HOST", "127.0.0.1")
        read = {
            "base_url": reader.str("BASE_URL", f"http://127.0.0.1:{port}"),
            "identity_url": reader.str("IDENTITY_URL", f"sqlite:///{data}/identity.sqlite3"),
            "ballots_url": reader.str("BALLOTS_URL", f"sqlite:///{data}/ballots.sqlite3"),
            "keys_url": reader.str("KEYS_URL", f"sqlite:///{data}/keys.sqlite3"),
            "mailer": reader.str("MAILER", "smtp"),
            "smtp_url": reader.str("SMTP_URL", f"smtp://127.0.0.1:{(port or 8000) + 25}"),
            "mail_from": reader.str("MAIL_FROM", "Chorus <chorus@chorus.example>"),
            "organisation": reader.str("ORGANISATION", "Your organisation"),
            "log_level": reader.str("LOG_LEVEL", "INFO", validate=_log_level),
        }
        domains = reader.list("MAIL_DOMAINS", [])
        support_text = reader.str("SUPPORT", DEVELOPMENT_SUPPORT if development else "")
        demo = reader.bool("DEMO", True)
        parts = frozenset(reader.list("PARTS", sorted(ALL_PARTS)))
        secret_key = reader.str("SECRET_KEY", "")
        try:
            reader.seal()
        except EnvError as error:
            faults += _environs_faults(error)
    support = _support(support_text, faults)
    if not parts or parts - ALL_PARTS:
        faults.append(f"CHORUS_PARTS: name some of {', '.join(sorted(ALL_PARTS))}.")
    if not development:
        faults += _production_faults(source, read, domains, secret_key)
    elif host not in ("127.0.0.1", "::1", "localhost"):
        faults.append("CHORUS_HOST: development serves this machine only; use 127.0.0.1.")
    if read["mailer"] not in (DEVELOPMENT_MAILERS if development else PRODUCTION_MAILERS):
        faults.append("CHORUS_MAILER: only smtp is allowed in production.")
    master_key = _master_key(source, data, development, faults)
    if faults:
        raise ConfigurationError(faults)
    if not secret_key:
        secret_key = _kept_secret(data / "secret.key").decode()
    return Settings(
        environment=environment,
        data=data,
        host=host,
        port=port,
        mail_domains=tuple(domain.strip().lower() for domain in domains),
        support=support,
        parts=parts,
        demo=demo,
        secret_key=secret_key,
        master_key=master_key,
        **read,
    )


class _environment:  # noqa: N801 - reads as the context it makes
    """environs reads os.environ only; tests and `load_settings(mapping)` lend it another."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        self._kept: dict[str, str] = {}

    def __enter__(self) -> None:
        self._kept = dict(os.environ)
        os.environ.clear()
        os.environ.update(self._values)

    def __exit__(self, *_: object) -> None:
        os.environ.clear()
        os.environ.update(self._kept)


def _environs_faults(error: EnvError) -> list[str]:
    if not isinstance(error, EnvValidationError):
        return [str(error)]
    messages = error.error_messages
    if isinstance(messages, dict):
        return [f"{name}: {' '.join(map(str, texts))}" for name, texts in messages.items()]
    return [str(text) for text in messages]


def _port(value: int) -> None:
    if not 1 <= value <= 65000:
        raise EnvError("give a port between 1 and 65000.")


def _log_level(value: str) -> None:
    if value not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise EnvError("say DEBUG, INFO, WARNING or ERROR.")


def _support(text: str, faults: list[str]) -> tuple[tuple[str, str], ...]:
    entries = [entry.partition("=") for entry in text.split(";") if entry.strip()]
    if any(not label.strip() or not contact.strip() for label, _, contact in entries):
        faults.append("CHORUS_SUPPORT: write helplines as label=contact; label=contact.")
    return tuple((label.strip(), contact.strip()) for label, _, contact in entries)


def _production_faults(
    source: Mapping[str, str], read: Mapping[str, str], domains: list[str], secret_key: str
) -> list[str]:
    faults = []
    base = urlsplit(read["base_url"] or "")
    if base.scheme != "https" or not base.hostname:
        faults.append("CHORUS_BASE_URL: give the https:// address that people will open.")
    if not domains:
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
    try:
        if "CHORUS_MASTER_KEY" in source:
            text = source["CHORUS_MASTER_KEY"]
        elif "CHORUS_MASTER_KEY_FILE" in source:
            path = Path(source["CHORUS_MASTER_KEY_FILE"])
            if path.stat().st_mode & 0o077:
                faults.append("CHORUS_MASTER_KEY_FILE: make it readable by its owner only (0400).")
            text = path.read_text(encoding="ascii")
        elif "CHORUS_MASTER_KEY_COMMAND" in source:
            text = _command_output(source["CHORUS_MASTER_KEY_COMMAND"])
        elif development:
            text = _kept_secret(data / "master.key").decode()
        else:
            faults.append("CHORUS_MASTER_KEY: give the master key itself, _FILE or _COMMAND.")
            return b""
        key = base64.urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
    except (OSError, ValueError, binascii.Error, subprocess.SubprocessError):
        faults.append("CHORUS_MASTER_KEY: it can't be read as 32 bytes in base64url.")
        return b""
    if len(key) != MASTER_KEY_BYTES or len(set(key)) < 10:
        faults.append("CHORUS_MASTER_KEY: give 32 random bytes in base64url.")
    return key


def _command_output(command: str) -> str:
    # The operator's own command (a KMS client), from the operator's own environment.
    finished = subprocess.run(  # noqa: S602
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
