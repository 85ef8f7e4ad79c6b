"""docs/openapi.json is what is served; `flask openapi write docs/openapi.json` mends it."""

import json
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
