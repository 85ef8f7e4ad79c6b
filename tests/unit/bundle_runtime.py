"""A JavaScript runtime that has loaded the committed bundle, the bytes that are served.

Node is preferred since it starts fast; without it an installed Chromium does the same.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

STATIC = Path(__file__).resolve().parents[2] / "app" / "static"
BUNDLE = STATIC / "respond.js"
MAILBOX_BUNDLE = STATIC / "mailbox.js"
# A name that browsers trust without TLS; every request to it is answered from the bundle.
_ORIGIN = "http://localhost:9/"
_IN_NODE = """
const [url] = process.argv.slice(1);
let text = "";
for await (const piece of process.stdin) text += piece;
const { source, input } = JSON.parse(text);
const chorus = await import(url);
console.log(JSON.stringify((await (0, eval)(`(${source})`)(chorus, input)) ?? null));
"""
_IN_CHROMIUM = """
async ({ source, input }) => {
  const chorus = await import("/bundle.js");
  return (await (0, eval)(`(${source})`)(chorus, input)) ?? null;
}
"""

Run = Callable[..., Any]


def bundle_runs(request: pytest.FixtureRequest, bundle: Path = BUNDLE) -> Iterator[Run]:
    """Yield `run(source, **input)`: call a JavaScript function with the bundle and the input.

    `source` is an async function of (chorus, input); what it returns comes back through JSON.
    """
    node = shutil.which("node")
    if node:
        yield lambda source, **values: _run_in_node(node, bundle, source, values)
        return
    chromium: Browser = request.getfixturevalue("chromium")
    page = chromium.new_page()
    page.route("**/*", lambda route: _serve(route, bundle))
    page.goto(_ORIGIN)
    yield lambda source, **values: page.evaluate(_IN_CHROMIUM, {"source": source, "input": values})
    page.close()


def _run_in_node(node: str, bundle: Path, source: str, values: dict[str, Any]) -> Any:
    finished = subprocess.run(
        [node, "--input-type=module", "--eval", _IN_NODE, bundle.as_uri()],
        input=json.dumps({"source": source, "input": values}),
        capture_output=True,
        text=True,
        timeout=120,
    )
    if finished.returncode != 0:
        pytest.fail(finished.stderr)
    return json.loads(finished.stdout)


def _serve(route: Route, bundle: Path) -> None:
    name = route.request.url.rpartition("/")[2]
    if name.endswith(".js"):
        file = bundle if name == "bundle.js" else STATIC / name
        route.fulfill(body=file.read_bytes(), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>bundle</title>", content_type="text/html")
