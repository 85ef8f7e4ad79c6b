"""Takes a picture of what a page shows, as on a phone and as on a desk."""

import base64
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.conftest import PHONE
from tests.forked import ROOT
from tests.screenshots.screens import SCREENS

FOLDER = ROOT / "docs" / "screenshots"
DESK = {"width": 1280, "height": 800}
SIZES = {"phone": PHONE, "desk": DESK}
_STATUS = "() => performance.getEntriesByType('navigation')[0].responseStatus"
QUALITY = 72  # of WebP: words stay sharp at a tenth of a PNG's size


class Camera:
    """Keeps pictures, and knows which are still to be taken."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self.missing = {screen.name for screen in SCREENS}

    def keep(self, page: Page, name: str, at: Locator | None = None) -> None:
        """Keep what `page` shows at each size.

        :param at: what is to be seen; without it the page stays where it is scrolled to.
        :raises KeyError: if no screen of the table has that name, or it was taken before.
        :raises ValueError: if the page says that something went wrong.
        """
        self.missing.remove(name)
        status = page.evaluate(_STATUS)
        if status >= HTTPStatus.BAD_REQUEST:
            raise ValueError(f"{name}: {page.url} answered {status}")
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            page.evaluate("() => document.fonts.ready")
            if at is not None:
                at.scroll_into_view_if_needed()
            session = page.context.new_cdp_session(page)
            wish = {"format": "webp", "quality": QUALITY}
            shot = session.send("Page.captureScreenshot", wish)
            session.detach()
            (self._folder / f"{name}-{size}.webp").write_bytes(base64.b64decode(shot["data"]))
        print(name)
