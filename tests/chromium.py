"""Where an installed Chromium is, and how the tests start it."""

import shutil

CHROMIUM_FLAGS = [
    "--no-sandbox",  # a container's root can't have Chromium's own
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
]


def chromium_path() -> str | None:
    """Return where an installed Chromium is, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)
