"""The pool API answers as its OpenAPI document says, whatever it is sent (schemathesis)."""

import json
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from schemathesis import GenerationMode

from app.mail.mailer import MemoryMailer
from crypto.encoding import encode_base64url
from tests.rounds import OpenRound, import_people, launch, roster_csv

ADDRESS = "/api/v1/openapi.json"
DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text("utf-8"))
METHODS = ("get", "post")
OPERATIONS = [
    (path, method) for path, item in DOCUMENT["paths"].items() for method in METHODS & item.keys()
]
# The function under test is new for each operation, so nothing is kept between them.
EXAMPLES = examples(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round whose pool the requests name."""
    import_people(app, tmp_path, roster_csv({"Circle A": 6}))
    return launch(app, mailer)


# What the document says depends on no database; test_pool_api_errors asks on both.
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_gets_an_answer_that_the_document_does_not_give(
    app: Flask, opened: OpenRound, path: str, method: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_wsgi(ADDRESS, app)[path][method]
    tried = []

    @EXAMPLES
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        tried.append(case.call_and_validate().status_code)
        if "pool_id" in case.path_parameters:
            # The same request to a pool that exists gets further in.
            case.path_parameters["pool_id"] = encode_base64url(opened.pool_id)
            tried.append(case.call_and_validate().status_code)

    ask()
    assert tried
