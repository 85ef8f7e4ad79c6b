"""What is public comes compressed to browsers that take that, and nothing else does."""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from app.compression import PUBLIC
from app.mail.mailer import MemoryMailer
from crypto.encoding import encode_base64url
from tests import rounds
from tests.accounts import sign_in_admin

TAKES = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_only_what_everybody_gets_alike_is_compressed(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    pool = encode_base64url(rounds.launch(app, mailer).pool_id)
    client = app.test_client()
    api = f"/api/v1/pools/{pool}"
    public = [f"/r/{pool}", f"/m/{pool}", f"{api}/manifest", f"{api}/form", "/static/respond.js"]
    for path in public:
        plain, packed = client.get(path), client.get(path, headers=TAKES)
        assert "Content-Encoding" not in plain.headers and plain.headers["Vary"]
        assert packed.headers["Content-Encoding"] == "gzip", path
        assert gzip.decompress(packed.data) == plain.data and len(packed.data) < len(plain.data)
    tag = client.get("/static/respond.js", headers=TAKES).headers["ETag"]
    again = client.get("/static/respond.js", headers={**TAKES, "If-None-Match": tag})
    assert again.status_code == 304
    assert len(PUBLIC) == len(public)  # a further one is a decision, not an accident
    sign_in_admin(client)
    for path in ("/programs", "/sign-in", "/trust"):
        assert "Content-Encoding" not in client.get(path, headers=TAKES).headers, path
