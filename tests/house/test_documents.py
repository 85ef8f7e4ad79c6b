"""What the documents point to is there: files named in them, links between them, commands."""

import re
from pathlib import Path

import pytest
from click import Group

from app import create_app
from tests.databases import development_settings

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
TOP = "deploy|app|crypto|surveys|frontend|migrations|tests|docs|bench"


def names(pages: list[Path]) -> list[str]:
    """Return how test runs call the pages."""
    return [str(page.relative_to(ROOT)) for page in pages]


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_files_and_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(rf"`((?:{TOP})/[\w./-]*)`", text)
    linked = re.findall(r"\[[^\]]+\]\(([^)#:\s]+)\)", text)
    missing = [path for path in named if not (ROOT / path).exists()]
    missing += [path for path in linked if not (page.parent / path).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_commands_of_a_page_exist(page: Path, tmp_path: Path) -> None:
    chorus = create_app(development_settings(tmp_path)).cli.commands["chorus"]
    for words in re.findall(r"flask chorus((?: [a-z-]+)*)", page.read_text(encoding="utf-8")):
        command = chorus
        for word in words.split():
            if not isinstance(command, Group):
                break  # the rest are arguments, or the sentence goes on
            assert word in command.commands, f"flask chorus{words}"
            command = command.commands[word]


def test_every_target_that_the_documents_name_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        found for page in PAGES for found in re.findall(r"`make ([a-z]+)`", page.read_text("utf-8"))
    }
    assert named
    assert named <= targets


def test_every_page_is_in_the_contents_of_the_site() -> None:
    listed = re.findall(r": ([\w-]+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))
