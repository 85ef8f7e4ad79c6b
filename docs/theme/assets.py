"""Gives the site the product's own style sheet and mark, so that there is one look.

Source: MkDocs, "hooks".
"""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

_STATIC = Path(__file__).parents[2] / "app" / "static"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Return the site's files with the product's style sheet and mark among them."""
    for name in ("chorus.css", "mark.svg"):
        files.append(File.generated(config, f"assets/{name}", abs_src_path=str(_STATIC / name)))
    return files
