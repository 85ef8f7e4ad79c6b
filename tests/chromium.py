"""Where an installed Chromium is, and how the tests start it."""

import shutil
from typing import Any

from playwright.sync_api import CDPSession, Page

# Pages of the browser's own, which it would make anew beside every page: a third of its work.
_OWN_PAGES = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
# Playwright's own list, of which nothing counts once another follows it.
_LEFT_OUT_BY_PLAYWRIGHT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
)
CHROMIUM_FLAGS = [
    "--no-sandbox",  # a container's root can't have Chromium's own
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
    f"--disable-features={','.join(_OWN_PAGES + _LEFT_OUT_BY_PLAYWRIGHT)}",
]
_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def chromium_path() -> str | None:
    """Return where an installed Chromium is, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


def add_device(page: Page) -> tuple[CDPSession, Any]:
    """Give `page` a device that keeps passkeys; return what changes it, and its id there."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    added = devices.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
    return devices, added["authenticatorId"]
