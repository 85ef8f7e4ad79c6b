"""GET, HEAD and OPTIONS change nothing; a token outside a body does nothing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crypto import links
from crypto.encoding import encode_base64url
from tests.privacy.dumps import snapshot
from tests.privacy.wire import api, engines, error_name, respondent
from tests.rounds import OpenRound

SAFE = ("GET", "HEAD", "OPTIONS")
_PLACE = re.compile(r"<[^>]+>")


def paths_of(app: Flask, opened: OpenRound) -> list[str]:
    """Return every path of the application, the pool in place of what a path asks for."""
    pool = encode_base64url(opened.pool_id)
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert {"/api/v1/pools/<pool_id:pool_id>/paper", "/r/<string:pool_id>"} <= rules
    return sorted(_PLACE.sub(pool, rule) for rule in rules)


@pytest.mark.parametrize("method", SAFE)
def test_reading_any_address_changes_nothing(
    app: Flask, opened: OpenRound, client: FlaskClient, method: str
) -> None:
    link = next(iter(opened.links.values()))
    query = {"token": encode_base64url(link.token), "cell": str(link.cell), "code": "x"}
    before = snapshot(engines())
    for path in paths_of(app, opened):
        for asked in (path, f"{path}?{'&'.join('='.join(pair) for pair in query.items())}"):
            answer = client.open(asked, method=method)
            assert answer.status_code < 500, asked
        assert snapshot(engines()) == before, f"{method} {path}"


def test_a_token_in_a_path_or_a_query_does_nothing(opened: OpenRound, client: FlaskClient) -> None:
    link = next(iter(opened.links.values()))
    me = respondent(opened.pool_id, link)
    token, code = encode_base64url(link.token), links.encode_link(link)
    body = {name: value for name, value in me.paper_body().items() if name != "token"}
    before = snapshot(engines())
    paper = api(opened.pool_id, "paper")
    assert error_name(client.post(f"{paper}?token={token}", json=body)) == "malformed_request"
    assert error_name(client.post(f"{paper}?code={code}", json=body)) == "malformed_request"
    assert client.post(f"{paper}/{token}", json=body).status_code == 404
    check = api(opened.pool_id, "check")
    asked = f"{check}?token={token}&cell={link.cell}"
    assert error_name(client.post(asked, json={})) == "malformed_request"
    for method in SAFE:
        assert client.open(f"{check}/{token}", method=method).status_code == 404
        page = f"/r/{encode_base64url(opened.pool_id)}"
        assert client.open(f"{page}/{code}", method=method).status_code == 404
        assert client.open(f"{page}?{code}", method=method).status_code == 200
    assert snapshot(engines()) == before
    assert me.take_paper(client)  # the link is as good as before


def test_asking_whether_a_link_is_good_changes_nothing(
    opened: OpenRound, client: FlaskClient
) -> None:
    link = next(iter(opened.links.values()))
    body = {"token": encode_base64url(link.token), "cell": link.cell}
    before = snapshot(engines())
    for _ in range(3):
        assert client.post(api(opened.pool_id, "check"), json=body).json == {"state": "open"}
    assert snapshot(engines()) == before


def test_other_methods_are_refused_and_change_nothing(
    opened: OpenRound, client: FlaskClient
) -> None:
    me = respondent(opened.pool_id, next(iter(opened.links.values())))
    before = snapshot(engines())
    for method in ("PUT", "PATCH", "DELETE", "GET", "HEAD"):
        answer = client.open(api(opened.pool_id, "paper"), method=method, json=me.paper_body())
        assert answer.status_code == 405
    assert snapshot(engines()) == before
