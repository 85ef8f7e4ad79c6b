"""Check every round that is listed: the bytes, the hashes, and the rules that were frozen."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.verifying.checks import Check, Checks, same
from app.verifying.fetching import Site
from crypto import blind, links, sealing
from crypto.encoding import canonical_json, decode_base64url, encode_base64url
from crypto.errors import CryptoError
from surveys.ballot_size import pad_size
from surveys.disclosure import K_FLOOR
from surveys.errors import SurveyError
from surveys.form_wire import form_from_wire
from surveys.lifecycle import check_closing_times

_ROLES = {"mentor", "group_mentor", "subject", "subjects", "admin", "respondents"}
_MOST_PAGES = 1000  # of twenty rounds each


@dataclass(frozen=True)
class ListedRound:
    """A round as /trust.json states it, and what is really served of it."""

    stated: Mapping[str, Any]
    manifest: bytes
    form: bytes

    @property
    def name(self) -> str:
        """Return what lines call it."""
        return f"round {self.stated['fingerprint']}"

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what the manifest says."""
        content: Mapping[str, Any] = json.loads(self.manifest)
        return content


def listed_rounds(site: Site, first: Mapping[str, Any]) -> list[ListedRound]:
    """Return all rounds of all pages, each with its manifest and form as served.

    :param first: the first page of /trust.json.
    :raises FetchError: if something that is listed isn't there.
    """
    found, page = list(first["rounds"]), first
    for _ in range(_MOST_PAGES):
        if not page["next"]:
            break
        page = site.fetch_json(page["next"])
        found += page["rounds"]
    return [
        ListedRound(
            stated,
            site.fetch(f"/api/v1/pools/{stated['pool']}/manifest").content,
            site.fetch(f"/api/v1/pools/{stated['pool']}/form").content,
        )
        for stated in found
    ]


def manifest_checks(rounds: Sequence[ListedRound]) -> Checks:
    """Yield whether each manifest is what was stated, and is spelled in the one way."""
    for entry in rounds:
        mh = links.manifest_hash(entry.manifest)
        yield same("manifest", f"{entry.name}, SHA-256", entry.stated["manifest_sha256"], mh.hex())
        seen = links.fingerprint(mh)
        yield same("manifest", f"{entry.name}, fingerprint", entry.stated["fingerprint"], seen)
        yield same("manifest", f"{entry.name}, pool", entry.stated["pool"], entry.facts["pool"])
        canonical = _holds(lambda e=entry: canonical_json(e.facts) == e.manifest)
        yield Check("manifest", f"{entry.name}, canonical JSON", canonical)
        yield from _settings_checks(entry)


def _settings_checks(entry: ListedRound) -> Checks:
    facts, settings = entry.facts, entry.stated["settings"]
    for name in sorted(set(settings) - {"cells"}):
        what = f"{entry.name}, {name}"
        yield same("manifest", what, settings[name], facts.get(name))
    yield same("manifest", f"{entry.name}, cells", settings["cells"], len(facts["cells"]))


def form_checks(rounds: Sequence[ListedRound]) -> Checks:
    """Yield whether each form is the one that its manifest froze."""
    for entry in rounds:
        digest = hashlib.sha256(entry.form).digest()
        frozen = entry.facts["form_sha256"]
        yield same("form", f"{entry.name}, against the manifest", frozen, encode_base64url(digest))
        stated = entry.stated["form_sha256"]
        yield same("form", f"{entry.name}, against /trust", stated, digest.hex())
        fits = _holds(
            lambda e=entry: pad_size(form_from_wire(json.loads(e.form))) == e.facts["pad"]
        )
        yield Check("form", f"{entry.name}, answers are padded to one size", fits)


def threshold_checks(rounds: Sequence[ListedRound]) -> Checks:
    """Yield whether each k keeps the floor, and a lowered one is told as lowered."""
    for entry in rounds:
        k, before = entry.facts["k"], entry.facts.get("k_before")
        kept = isinstance(k, int) and k >= K_FLOOR
        yield Check("threshold", f"{entry.name}, k is at least {K_FLOOR}", kept, f"k {k}")
        if before is not None:
            yield Check("threshold", f"{entry.name}, k was lowered and says so", before > k)


def time_checks(rounds: Sequence[ListedRound]) -> Checks:
    """Yield whether each round is open for a day at least, and its closes six days apart."""
    for entry in rounds:
        yield Check("times", f"{entry.name}, opening and closing", _times_hold(entry.facts))


def _times_hold(facts: Mapping[str, Any]) -> bool:
    def check() -> bool:
        opens, *closes = map(datetime.fromisoformat, [facts["opens"], *facts["closes"]])
        check_closing_times(opens, closes)
        return True

    return _holds(check)


def cell_checks(rounds: Sequence[ListedRound]) -> Checks:
    """Yield whether the cells have their plain names, and only known roles see the result."""
    for entry in rounds:
        names = [cell["id"] for cell in entry.facts["cells"]]
        plain = ["program", *map(str, range(1, len(names)))]
        yield Check("cells", f"{entry.name}, names that lead to nobody", names == plain)
        known = set(entry.facts["audience"]) <= _ROLES
        yield Check("cells", f"{entry.name}, who sees the result", known)


def key_checks(rounds: Sequence[ListedRound]) -> Checks:
    """Yield whether each round is sealed with sound keys of its own."""
    seen: set[str] = set()
    for entry in rounds:
        facts = entry.facts
        own = {facts["rsa_spki"], facts["hpke_pub"], facts["round"]}
        yield Check("keys", f"{entry.name}, keys of its own", not own & seen)
        seen |= own
        sound = facts["mode"] == "sealed" and _holds(lambda f=facts: _keys_fit(f))
        yield Check("keys", f"{entry.name}, sealed, with sound keys", sound)


def _keys_fit(facts: Mapping[str, Any]) -> bool:
    signing = blind.public_key_from_der(decode_base64url(facts["rsa_spki"]))
    sealing.public_key_from_point(decode_base64url(facts["hpke_pub"]))
    return signing.key_size >= 2048


def sum_checks(rounds: Sequence[ListedRound]) -> Checks:
    """Yield whether each closed round states that ballots <= papers <= invited holds."""
    for entry in rounds:
        state, checks = entry.stated["state"], entry.stated["checks"]
        if state != "closed":
            yield Check("sums", f"{entry.name}, nothing is told before the close", checks is None)
        elif checks is None:
            yield Check("sums", entry.name, True, "closed before this was recorded")
        else:
            yield Check("sums", f"{entry.name}, ballots <= papers", checks["ballots_le_papers"])
            yield Check("sums", f"{entry.name}, papers <= invited", checks["papers_le_invited"])


def _holds(check: Callable[[], bool]) -> bool:
    """Return what `check` says; something that can't even be read does not hold."""
    try:
        return check()
    except (CryptoError, SurveyError, LookupError, TypeError, ValueError):
        return False
