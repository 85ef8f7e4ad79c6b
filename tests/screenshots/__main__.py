"""`make screenshots`."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import Product, Served, environment_for
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.forked import ROOT
from tests.screenshots.camera import FOLDER, Camera
from tests.screenshots.screens import page_of_screens
from tests.screenshots.walks import (
    walk_account,
    walk_admin,
    walk_employee,
    walk_everybody,
    walk_mentor,
)

WALKS = (walk_everybody, walk_employee, walk_mentor, walk_admin, walk_account)


def main() -> None:
    """Serve the demo from a temporary folder, walk through it, and keep what is seen."""
    FOLDER.mkdir(exist_ok=True)
    camera = Camera()
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_for(Path(folder) / "data", CHORUS_PLAIN_FORM="true")
        # An address with a name: one with a number has no passkeys.
        url = f"http://localhost:{environment['CHORUS_PORT']}"
        environment["CHORUS_BASE_URL"] = url
        product = Product(url, Path(folder) / "data", environment)
        with Served(product), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_path(), args=CHROMIUM_FLAGS
            )
            for walk in WALKS:
                walk(camera, product, browser)
            browser.close()
    assert not camera.missing, f"nobody came past {sorted(camera.missing)}"
    (ROOT / "docs" / "screens.md").write_text(page_of_screens(), encoding="utf-8")


if __name__ == "__main__":
    main()
