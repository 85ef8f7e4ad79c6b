"""A respondent who does what the browser does when no reply comes: asks again for the same."""

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from http.client import HTTPException
from typing import TypeVar

from app.demo.respondent import PreparedBallot, prepare_ballot
from crypto.links import Link
from tests.faults.crowd import answers_of
from tests.faults.processes import Installation
from tests.http_respondent import ballot_body, exchange, paper_body, pool_url
from tests.rounds import OpenRound

Answer = TypeVar("Answer")
PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.1
NO_REPLY = (OSError, HTTPException)


class Respondent:
    """One link and the one ballot prepared with it."""

    def __init__(
        self, base_url: str, pool_id: bytes, link: Link, values: Mapping[str, object]
    ) -> None:
        self._url = pool_url(base_url, pool_id)
        self._link = link
        self._manifest = until_replied(lambda: exchange(f"{self._url}/manifest"))[1]
        self._prepare = partial(prepare_ballot, pool_id, self._manifest, link.cell, values)
        self._prepared = self._prepare()

    def take_paper(self, prepared: PreparedBallot | None = None) -> str:
        """Return the blind signature; of another ballot than one's own if `prepared` is given."""
        blinded = (prepared or self._prepared).blinded
        _, content = exchange(f"{self._url}/paper", paper_body(self._link, blinded))
        signature: str = json.loads(content)["blind_sig"]
        return signature

    def another_ballot(self) -> PreparedBallot:
        """Return a second ballot, for which the link gives no paper any more."""
        return self._prepare()

    def cast(self, blind_signature: str) -> int:
        """Return the status: 204 for a stored ballot, 200 for one that was stored before."""
        body = ballot_body(self._manifest, self._prepared, blind_signature)
        status, _ = exchange(f"{self._url}/ballot", body)
        return status


def respondents_of(installation: Installation, opened: OpenRound) -> list[Respondent]:
    """Return everybody who was asked, with the answers of `answered_round`."""
    return [
        Respondent(installation.url, opened.pool_id, link, answers_of(number))
        for number, link in enumerate(opened.links.values())
    ]


def until_replied(ask: Callable[[], Answer]) -> Answer:
    """Return the reply, asking again while none comes.

    :raises RefusedError: if the reply is an error of the API.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except NO_REPLY:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
