"""Rosters between preview and import: kept encrypted, for an hour, for the admin who sent them.

The file itself is not kept: what it says is read once, and that is what waits.
"""

import json
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.columns import random_id
from app.models.identity.roster_upload import RosterUpload
from app.people.roster import Fault, Roster, RosterPerson, RosterPlace
from crypto import envelope

LIFETIME = timedelta(hours=1)
MOST_KEPT = 3  # of one admin
_TABLE, _COLUMN = "roster_upload", "content"


class UploadGoneError(LookupError):
    """This file is no longer kept: it was imported or thrown away, or an hour has passed."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True)
class Upload:
    """A roster that waits.

    :ivar name: what the file was called.
    :ivar time_zone: of new programs, and of new people for whom the file names none.
    :ivar setup: the program that is being set up with it; empty if none is.
    """

    name: str
    roster: Roster
    time_zone: str | None
    setup: str = ""


def keep_upload(
    session: Session, roster_key: envelope.DataKey, account_id: str, upload: Upload, now: datetime
) -> str:
    """Keep a roster for an hour and return its id; of this admin's earlier ones two stay."""
    forget_old_uploads(session, now)
    _make_room(session, account_id)
    upload_id = random_id()
    content = envelope.encrypt(
        roster_key, _pack(upload), table=_TABLE, column=_COLUMN, row=upload_id.encode()
    )
    session.add(
        RosterUpload(
            id=upload_id, account_id=account_id, content=content, expires_at=now + LIFETIME
        )
    )
    session.flush()
    return upload_id


def kept_upload(
    session: Session,
    roster_key: envelope.DataKey,
    account_id: str,
    upload_id: str,
    now: datetime,
) -> Upload:
    """Return a roster that waits for this admin's word.

    :raises UploadGoneError: if it doesn't wait (any more), or for somebody else.
    """
    row = session.get(RosterUpload, upload_id)
    if row is None or row.account_id != account_id or row.expires_at <= now:
        raise UploadGoneError
    return _unpack(
        envelope.decrypt(
            roster_key, row.content, table=_TABLE, column=_COLUMN, row=upload_id.encode()
        )
    )


def take_upload(session: Session, account_id: str, upload_id: str) -> None:
    """Keep a roster no longer, as it is imported in this transaction, and by nobody else.

    :raises UploadGoneError: if it doesn't wait (any more), or for somebody else.
    """
    if not drop_upload(session, account_id, upload_id):
        raise UploadGoneError


def drop_upload(session: Session, account_id: str, upload_id: str) -> bool:
    """Throw away a roster that waits for this admin's word; return whether it did."""
    own = delete(RosterUpload).where(
        RosterUpload.id == upload_id, RosterUpload.account_id == account_id
    )
    return session.scalar(own.returning(RosterUpload.id)) is not None


def has_old_uploads(session: Session, now: datetime) -> bool:
    """Return whether anything has waited for an hour."""
    old = select(RosterUpload.id).where(RosterUpload.expires_at <= now).limit(1)
    return session.scalar(old) is not None


def forget_old_uploads(session: Session, now: datetime) -> None:
    """Throw away what has waited for an hour."""
    session.execute(delete(RosterUpload).where(RosterUpload.expires_at <= now))


def _make_room(session: Session, account_id: str) -> None:
    kept = select(RosterUpload.id).where(RosterUpload.account_id == account_id)
    by_age = session.scalars(kept.order_by(RosterUpload.expires_at.desc())).all()
    session.execute(delete(RosterUpload).where(RosterUpload.id.in_(by_age[MOST_KEPT - 1 :])))


def _pack(upload: Upload) -> bytes:
    roster = upload.roster
    body = {
        "name": upload.name,
        "time_zone": upload.time_zone,
        "setup": upload.setup,
        "encoding": roster.encoding,
        "has_places": roster.has_places,
        "people": [[one.address, one.name, one.time_zone, one.language] for one in roster.people],
        "places": [[one.address, one.program, one.group, one.role] for one in roster.places],
        "notes": roster.notes,
        "faults": [[fault.line, fault.sentence] for fault in roster.faults],
    }
    return zlib.compress(json.dumps(body, separators=(",", ":")).encode(), level=1)


def _unpack(packed: bytes) -> Upload:
    body: dict[str, Any] = json.loads(zlib.decompress(packed))
    roster = Roster(
        encoding=body["encoding"],
        has_places=body["has_places"],
        people=tuple(RosterPerson(*fields) for fields in body["people"]),
        places=tuple(RosterPlace(*fields) for fields in body["places"]),
        notes=tuple(body["notes"]),
        faults=tuple(Fault(*fields) for fields in body["faults"]),
    )
    return Upload(body["name"], roster, body["time_zone"], body["setup"])
