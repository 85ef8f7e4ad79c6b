"""Where an installed Chromium is, and how the tests start it."""

import shutil

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


def chromium_path() -> str | None:
    """Return where an installed Chromium is, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)
