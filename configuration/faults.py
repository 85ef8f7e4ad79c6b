"""What settings must be like together: each fault names one variable and says what to do."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

SECRET_KEY_MIN_CHARACTERS = 32
# Measured: SQLite has one writer, so one process whose threads share it; PostgreSQL gains by two.
SQLITE_PROCESSES_AND_THREADS = (1, 16)
POSTGRESQL_PROCESSES_AND_THREADS = (2, 8)
# A connection that waits longer for its turn could lose its launch, whose lease is 5 minutes.
LONGEST_TURN_MINUTES = 2
# An envelope sender adds 39 characters to it, and mail systems take 64 (docs/decisions/025).
SENDER_MOST_CHARACTERS = 25


def production_faults(source: Mapping[str, str], read: Mapping[str, Any]) -> list[str]:
    """Return what is missing before real people may be asked."""
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


def sender_faults(mail_from: str) -> list[str]:
    """Return what is wrong with the address that mails come from."""
    sender = parseaddr(mail_from)[1].rpartition("@")[0]
    if 0 < len(sender) <= SENDER_MOST_CHARACTERS:
        return []
    return ["CHORUS_MAIL_FROM: give an address with 1 to 25 characters before the @."]


def set_size(read: dict[str, Any], faults: list[str]) -> None:
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


def pace_faults(read: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a pace at which some connection would wait for too long."""
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


def read_support(text: str, faults: list[str]) -> tuple[tuple[str, str], ...]:
    """Return the helplines of "label=contact; label=contact"."""
    entries = [entry.partition("=") for entry in text.split(";") if entry.strip()]
    if any(not label.strip() or not contact.strip() for label, _, contact in entries):
        faults.append("CHORUS_SUPPORT: write helplines as label=contact; label=contact.")
    return tuple((label.strip(), contact.strip()) for label, _, contact in entries)
