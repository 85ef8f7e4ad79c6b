"""Says before the tests what they will use, installs what is missing where allowed, names gaps."""

import os
import shutil
import subprocess
import sys

from tests.chromium import chromium_path
from tests.databases import in_ci, postgresql_fault
from tests.proxy import nginx_fault, nginx_path

_INSTALLED = {"chromium": chromium_path, "nginx-light": nginx_path}


def main() -> int:
    """Return 1 if something is missing that CI must have."""
    missing = [name for name, path in _INSTALLED.items() if path() is None]
    if missing:
        _install(missing)
    faults = {
        "Chromium": None if chromium_path() else "not installed; browser tests are skipped",
        "nginx": nginx_fault() and "not installed; the proxy is not tried",
        "PostgreSQL": postgresql_fault(),
        "Node": None if shutil.which("node") else "not installed; the bundle isn't rebuilt",
    }
    for name, fault in faults.items():
        print(f"{name}: {fault or 'found'}")
    return int(in_ci() and any(faults.values()))


def _install(packages: list[str]) -> None:
    """Install Debian's packages, if this is Debian and we may; none starts a service."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"Installing Debian's {' and '.join(packages)} for the tests (once)", flush=True)
    quiet = {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-qy", *packages]):
        subprocess.run(["apt-get", *command], check=False, stdout=subprocess.DEVNULL, env=quiet)


if __name__ == "__main__":
    sys.exit(main())
