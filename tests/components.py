"""See that the lists of components name what is locked and what is shipped: `make sbom`."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def missing() -> Iterator[str]:
    """Give each component, as name and version, that no list has."""
    locked = re.findall(r"^([a-z0-9.-]+)==(\S+)", _text("requirements.txt"), re.MULTILINE)
    shipped = re.findall(
        r"^(\S+) (\d+\.\d+\.\d+)\b", _text("app/static/LICENSES.txt"), re.MULTILINE
    )
    for wanted, page in ((locked, "sbom/python.json"), (shipped, "sbom/browser.json")):
        listed = {(_name(one), one["version"]) for one in json.loads(_text(page))["components"]}
        if not wanted:
            yield f"anything that {page} should list"
        yield from (
            f"{name} {version}" for name, version in wanted if (name, version) not in listed
        )


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _name(component: dict[str, str]) -> str:
    group = component.get("group")
    return f"{group}/{component['name']}" if group else component["name"]


if __name__ == "__main__":
    lost = list(missing())
    if lost:
        sys.exit("Not in the lists of components: " + ", ".join(lost))
    print("sbom/python.json and sbom/browser.json name every component that is locked and shipped.")
