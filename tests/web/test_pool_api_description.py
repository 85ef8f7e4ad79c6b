"""The pool API answers as its OpenAPI document says, whatever it is sent (schemathesis)."""

import json
import os
from itertools import cycle
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from app.mail.mailer import MemoryMailer
from crypto.encoding import encode_base64url
from tests.accounts import sign_in_admin, sign_in_mentor
from tests.rounds import OpenRound, import_people, launch, roster_csv

ADDRESS = "/api/v1/openapi.json"
DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text("utf-8"))
METHODS = ("get", "post")
OPERATIONS = [
    (path, method) for path, item in DOCUMENT["paths"].items() for method in METHODS & item.keys()
]
# The function under test is new for each operation, so nothing is kept between them.
EXAMPLES = examples(
    max_examples=20 * int(os.environ.get("CHORUS_FUZZ", "1")),  # `make fuzz` asks for many
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

# How a request that breaks the description may be refused; one that is too large is, too.
REFUSED = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": [400, 404, 405, 413, 415]}}}
)


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round whose pool the requests name."""
    import_people(app, tmp_path, roster_csv({"Circle A": 6}))
    return launch(app, mailer)


def cookies_of(app: Flask) -> list[dict[str, str]]:
    """Return the headers of callers: nobody, an admin, a mentor, and what is no cookie of ours."""
    callers: list[dict[str, str]] = [{}, {"Cookie": "session=.eJx; session=\x01"}]
    for sign_in in (sign_in_admin, sign_in_mentor):
        client = app.test_client()
        sign_in(client)
        cookie = client.get_cookie("session")
        assert cookie is not None
        callers.append({"Cookie": f"session={cookie.value}"})
    return callers


# What the document says depends on no database; test_pool_api_errors asks on both.
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_gets_an_answer_that_the_document_does_not_give(
    app: Flask, opened: OpenRound, path: str, method: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_wsgi(ADDRESS, app, config=REFUSED)[path][method]
    tried, callers = [], cycle(cookies_of(app))

    @EXAMPLES
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        tried.append(case.call_and_validate(headers=next(callers)).status_code)
        if "pool_id" in case.path_parameters:
            # The same request to a pool that exists gets further in.
            case.path_parameters["pool_id"] = encode_base64url(opened.pool_id)
            tried.append(case.call_and_validate(headers=next(callers)).status_code)

    ask()
    assert tried
