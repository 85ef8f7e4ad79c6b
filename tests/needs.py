"""Says before the tests what they will use, installs Chromium where that is allowed, names gaps."""

import os
import shutil
import subprocess
import sys

from tests.chromium import chromium_path
from tests.databases import in_ci, postgresql_fault


def main() -> int:
    """Return 1 if something is missing that CI must have."""
    if chromium_path() is None:
        _install_chromium()
    faults = {
        "Chromium": None if chromium_path() else "not installed; browser tests are skipped",
        "PostgreSQL": postgresql_fault(),
        "Node": None if shutil.which("node") else "not installed; the bundle isn't rebuilt",
    }
    for name, fault in faults.items():
        print(f"{name}: {fault or 'found'}")
    return int(in_ci() and any(faults.values()))


def _install_chromium() -> None:
    """Install Debian's Chromium, if this is Debian and we may."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print("Installing Debian's Chromium for the browser tests (once)", flush=True)
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "chromium"]):
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
