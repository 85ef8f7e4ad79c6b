"""What is public comes compressed to browsers that take that, and nothing else does."""

import gzip
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.compression import PUBLIC
from app.mail.mailer import MemoryMailer
from crypto.encoding import encode_base64url
from tests import rounds
from tests.accounts import sign_in_admin

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("taken", "way"), [("gzip, deflate, br", "br"), ("gzip, br;q=0", "gzip")])
def test_only_what_everybody_gets_alike_is_compressed(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, taken: str, way: str
) -> None:
    takes = {"Accept-Encoding": taken}
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    pool = encode_base64url(rounds.launch(app, mailer).pool_id)
    client = app.test_client()
    api = f"/api/v1/pools/{pool}"
    public = [f"/r/{pool}", f"/m/{pool}", f"{api}/manifest", f"{api}/form", "/static/respond.js"]
    for path in public:
        plain, packed = client.get(path), client.get(path, headers=takes)
        assert "Content-Encoding" not in plain.headers and plain.headers["Vary"]
        assert packed.headers["Content-Encoding"] == way, path
        assert UNPACK[way](packed.data) == plain.data and len(packed.data) < len(plain.data)
    tag = client.get("/static/respond.js", headers=takes).headers["ETag"]
    again = client.get("/static/respond.js", headers={**takes, "If-None-Match": tag})
    assert again.status_code == 304
    assert len(PUBLIC) == len(public)  # a further one is a decision, not an accident
    sign_in_admin(client)
    for path in ("/programs", "/sign-in", "/trust"):
        assert "Content-Encoding" not in client.get(path, headers=takes).headers, path


def test_files_carry_no_line_that_their_page_has_said_and_pages_carry_all(
    client: FlaskClient,
) -> None:
    page = client.get("/r/AAAAAAAAAAAAAAAAAAAAAA").headers
    for name in ("respond.js", "respond.css", "first.js", "mark.svg"):
        headers = client.get(f"/static/{name}").headers
        assert headers["X-Content-Type-Options"] == "nosniff", name  # never shown as a page
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert headers["ETag"], name
        assert sum(len(f"{key}: {value}") for key, value in headers) < 350, name
        for rule in ("Content-Security-Policy", "Referrer-Policy", "Permissions-Policy"):
            assert rule in page and rule not in headers, name
    assert "Content-Security-Policy" in client.get("/static/LICENSES.txt").headers
    assert client.get("/static/mark.svg").headers["Cache-Control"] == "max-age=86400"
    assert client.get("/static/respond.js").headers["Cache-Control"] == "no-cache"
