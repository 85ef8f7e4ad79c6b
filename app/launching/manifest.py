"""The manifest of a pool. Source: PROTOCOL, names on the wire."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from crypto.encoding import canonical_json, encode_base64url
from surveys.ballot_size import pad_size
from surveys.cell_tree import ROOT_CELL
from surveys.disclosure import band
from surveys.form_wire import form_to_wire
from surveys.items import Form

AUDIENCE = ("mentor", "admin")
# Where a program shows its totals to everyone who was asked; comments and circles stay as they are.
OPEN_AUDIENCE = (*AUDIENCE, "respondents")
# Of a round of a single group its own mentors see the result, and no others of the program.
GROUP_AUDIENCE = ("group_mentor", "admin")
# Of a pool of feedback those whom it is about; of one that many share, the program team as well.
SUBJECT_AUDIENCE = ("subject",)
SHARED_AUDIENCE = ("subjects", "admin")


def cell_ids(groups: int) -> list[str]:
    """Return the names of the cells: nothing in them leads to a group."""
    return [ROOT_CELL, *(str(number) for number in range(1, groups + 1))]


def form_bytes(form: Form) -> bytes:
    """Return the form as exactly the bytes that are served."""
    return canonical_json(form_to_wire(form))


def manifest_bytes(
    *,
    pool_id: bytes,
    round_name: str,
    k: int,
    invited: int,
    opens: datetime,
    closes: Sequence[datetime],
    groups: int,
    form: Form,
    signing_key_der: bytes,
    sealing_point: bytes,
    audience: Sequence[str] = AUDIENCE,
    k_before: int | None = None,
) -> bytes:
    """Return the manifest as exactly the bytes that are served and pinned.

    :param round_name: a random string; nothing in the manifest names a program or a person.
    :param groups: how many groups have a cell of their own.
    :param audience: who sees the result, as roles; of whom it is stands in the mail alone.
    :param k_before: the threshold of the round before; told where it was higher (Protocol 2, k).
    """
    lowered = {"k_before": k_before} if k_before is not None and k_before > k else {}
    return canonical_json(
        {
            **lowered,
            "v": 1,
            "pool": encode_base64url(pool_id),
            "round": round_name,
            "k": k,
            "invited_band": band(invited, k),
            "opens": _minute(opens),
            "closes": [_minute(moment) for moment in closes],
            "mode": "sealed",
            "cells": [{"id": name} for name in cell_ids(groups)],
            "audience": list(audience),
            "pad": pad_size(form),
            "rsa_spki": encode_base64url(signing_key_der),
            "hpke_pub": encode_base64url(sealing_point),
            "form_sha256": encode_base64url(hashlib.sha256(form_bytes(form)).digest()),
        }
    )


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")
