"""What the addresses of /trust may ask for, and how its facts are written as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import abort, request
from flask_babel import gettext as _

from app.languages import day
from app.trust.audit_head import AuditMark
from app.trust.bundle import REBUILD, ServedFile
from app.trust.public_rounds import PublicRound, PublicRounds
from surveys.disclosure import K_FLOOR

VERSION = 1
_MOST_DIGITS = 6


def asked_number(name: str, default: int) -> int:
    """Return the whole number from 1 on that the address gives for `name`; nonsense is 404."""
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS) or int(text) < 1:
        abort(404)
    return int(text)


def utc_words(moment: str) -> str:
    """Return a manifest's time as people read it: "8 May 2026, 09:00 UTC"."""
    at = datetime.fromisoformat(moment)
    return _("%(day)s, %(time)s UTC", day=day(at.date()), time=at.strftime("%H:%M"))


def trust_json(
    files: Sequence[ServedFile],
    head: AuditMark,
    asked: AuditMark | None,
    page: PublicRounds,
) -> dict[str, Any]:
    """Return the facts that `flask chorus verify` reads.

    :param asked: an earlier entry of the audit log, where the address names one.
    """
    return {
        "v": VERSION,
        "k_floor": K_FLOOR,
        "bundle": [asdict(entry) for entry in files],
        "rebuild": REBUILD,
        "audit": {"head": asdict(head), "asked": asdict(asked) if asked else None},
        "rounds": [_round_json(entry) for entry in page.rounds],
        "next": f"/trust.json?page={page.older}" if page.older else None,
    }


def _round_json(entry: PublicRound) -> dict[str, Any]:
    return {**asdict(entry), "manifest": entry.manifest_path, "form": entry.form_path}
