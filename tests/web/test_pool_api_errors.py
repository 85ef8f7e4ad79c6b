"""Every error of the pool API has one shape and says what to do."""

from flask.testing import FlaskClient

UNKNOWN = "A" * 22


def test_an_unknown_pool_is_said_so(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/pools/{UNKNOWN}/manifest")
    assert answer.status_code == 404
    assert answer.json == {
        "code": 404,
        "status": "Not Found",
        "message": "There is no such round here.",
        "errors": {"name": "unknown_pool"},
    }


def test_a_malformed_body_is_refused_without_repeating_it(client: FlaskClient) -> None:
    answer = client.post(f"/api/v1/pools/{UNKNOWN}/check", data="{secret", content_type="a/json")
    assert (answer.status_code, answer.json["errors"]["name"]) == (400, "malformed_request")
    assert "secret" not in answer.text


def test_a_token_of_the_wrong_length_is_named_bad_length(client: FlaskClient) -> None:
    answer = client.post(f"/api/v1/pools/{UNKNOWN}/check", json={"token": "AA", "cell": 0})
    assert (answer.status_code, answer.json["errors"]["name"]) == (400, "bad_length")


def test_the_api_document_lists_the_paths_that_stay_put(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]
    assert {path.rpartition("/")[2] for path in paths} >= {
        "manifest",
        "form",
        "check",
        "paper",
        "ballot",
        "withdraw",
    }
