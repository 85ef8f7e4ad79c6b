"""The ready sentences with which a comment can be answered in one click; the texts are data."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def acknowledgements() -> Mapping[int, Mapping[str, str]]:
    """Return the sentences by their numbers, 1 to 5, each by language tag."""
    content = json.loads((files("surveys") / "data" / "acknowledgements.json").read_text("utf-8"))
    return {int(number): text for number, text in content.items()}
