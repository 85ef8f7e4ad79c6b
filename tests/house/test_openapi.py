"""docs/openapi.json is what is served; `flask openapi write docs/openapi.json` mends it."""

import json
import re
from pathlib import Path

import pytest

from app import create_app
from tests.databases import development_settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture
def served(tmp_path: Path) -> str:
    """The document as served."""
    client = create_app(development_settings(tmp_path)).test_client()
    return client.get("/api/v1/openapi.json").text


def test_the_written_document_is_the_served_one(served: str) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == served + "\n"


def test_it_describes_every_route_of_the_api(tmp_path: Path) -> None:
    app = create_app(development_settings(tmp_path))
    described = {
        (f"/api/v1{path.removeprefix('/api/v1')}", method.upper())
        for path, item in json.loads(DOCUMENT.read_text("utf-8"))["paths"].items()
        for method in set(item) - {"parameters"}
    }
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    assert served - {("/api/v1/openapi.json", "GET")} == described


def test_it_describes_every_address_that_clients_rely_on(served: str) -> None:
    paths = {
        path.removeprefix("/api/v1/").removeprefix("pools/{pool_id}/"): sorted(
            set(item) - {"parameters"}
        )
        for path, item in json.loads(served)["paths"].items()
    }
    assert paths == {
        "manifest": ["get"],
        "form": ["get"],
        "check": ["post"],
        "results": ["post"],
        "paper": ["post"],
        "ballot": ["post"],
        "withdraw": ["post"],
        "mailbox/read": ["post"],
        "mailbox/write": ["post"],
    }
