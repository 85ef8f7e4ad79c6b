"""A holder of links wants two ballots from one invitation. Protocol 3, Take the paper."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from unittest.mock import patch

from flask import Flask

from crypto.encoding import decode_base64url, encode_base64url
from crypto.links import Link
from tests.attacks.frame import Attack
from tests.attacks.service.stage import members_of, stage
from tests.privacy.wire import Respondent, api, respondent

LINKS = 60
AT_ONCE = 5


@dataclass(frozen=True)
class Truth:
    """Nothing but that each link is good for one ballot."""

    links: int


@dataclass(frozen=True)
class Seen:
    """For each link, how many ballots the service took for it."""

    taken: tuple[int, ...]


def invent(_rng: Random) -> Truth:
    """Return a round in which nobody has answered."""
    return Truth(LINKS)


def show(truth: Truth) -> Seen:
    """Return how many ballots each link brought, by every way that the attacker knows."""
    with stage() as service:
        opened = service.launch({"North": truth.links})
        chosen = [opened.links[address] for address in members_of(opened)]
        return Seen(tuple(ballots_from(service.app, opened.pool_id, link) for link in chosen))


def ballots_from(app: Flask, pool_id: bytes, link: Link) -> int:
    """Return how many ballots are taken for one link that asks for papers many times, and at once.

    Each paper that comes is used; then the first is used again, for another ballot, another
    serial and another pool's label.
    """
    people = [respondent(pool_id, link) for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        signatures = list(pool.map(lambda person: _paper(app, person), people))
    signatures.append(_paper(app, late := respondent(pool_id, link)))
    client = app.test_client()
    path = api(pool_id, "ballot")
    taken = 0
    papers = [*zip(people, signatures[:AT_ONCE], strict=True), (late, signatures[-1])]
    for person, signature in papers:
        if signature is not None:
            taken += person.cast(client, signature).status_code == 204
    used = next((pair for pair in papers if pair[1] is not None), None)
    if used is not None:
        person, signature = used
        for other in people:
            if other is not person:
                body = person.ballot_body(signature)
                swapped = replace(person, prepared=other.prepared)
                mixed = {**body, "sealed": _sealed(swapped), "input_msg": _message(swapped)}
                taken += client.post(path, json=mixed).status_code == 204
                taken += (
                    client.post(path, json={**body, "sealed": _sealed(other)}).status_code == 204
                )
    return taken


def _paper(app: Flask, person: Respondent) -> bytes | None:
    answer = app.test_client().post(api(person.pool_id, "paper"), json=person.paper_body())
    return decode_base64url(answer.json["blind_sig"]) if answer.status_code == 200 else None


def _sealed(person: Respondent) -> str:
    return encode_base64url(person.prepared.sealed)


def _message(person: Respondent) -> str:
    return encode_base64url(person.prepared.input_msg)


def hide(seen: Seen) -> Seen:
    """Return what an honest holder gets: one ballot for each link."""
    return Seen(tuple(min(1, taken) for taken in seen.taken))


def claim(seen: Seen) -> int:
    """Return for how many links more than one ballot was taken."""
    return sum(taken > 1 for taken in seen.taken)


def score(truth: Truth, claimed: int) -> float:
    """Return the share of links that were good for more than one."""
    return claimed / truth.links


@contextmanager
def any_value_may_come() -> Iterator[None]:
    """Sign whatever blinded value comes, as often as it comes."""
    with patch("app.invites.marking.hmac.compare_digest", lambda kept, given: True):
        yield


ATTACKS = (
    Attack(
        name="two ballots from one link",
        role="holder of a link",
        given=f"{LINKS} links, one at a time",
        best=f"asks for papers {AT_ONCE} at once and once more, uses each, and the first again for "
        "other ballots: a second ballot",
        defence="the first blinded value decides",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=any_value_may_come,
        margin=0.05,
        bite=0.5,
        trials=1,
        trials_without=1,
        claims=LINKS,
        slow=True,
    ),
)
